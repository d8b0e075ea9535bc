/** The Salience Explorer: one page, for VS Code and for the file that `prompt-salience explain --format html` writes. */

import "./explorer.css";
import { Explorer } from "./explorer";
import { host } from "./host";

const root = document.getElementById("explorer");
if (root) {
  const here = host();
  const explorer = new Explorer(root, here);
  here.listen((message) => {
    explorer.receive(message);
  });
}
