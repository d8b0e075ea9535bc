/** The messages between the extension and the server that are not in the language server protocol. */
import type { Range } from "vscode-languageclient";

/** "$/promptSalience/tints": what is tinted in one version of a document. */
export interface TintsMessage {
  readonly uri: string;
  readonly version: number;
  /** Encoded as semantic tokens are, by the legend of the server's semantic tokens. */
  readonly data: readonly number[];
  /** In a response, the part that is explained; null is the whole of it. */
  readonly target: Range | null;
}

/** "$/promptSalience/prompt": what is shown of a prompt. */
export interface PromptMessage {
  readonly uri: string;
  readonly response: string | null;
  readonly model: string;
  readonly method: string;
  readonly granularity: string;
  readonly case: string;
  readonly cases: number;
  readonly target: string | null;
  readonly explained: boolean;
  readonly activity: string;
  readonly revision: number;
}

/** "$/promptSalience/engineStatus": what the engine is doing. */
export interface EngineMessage {
  readonly state: "stopped" | "starting" | "loading" | "ready" | "generating" | "explaining" | "failed";
  readonly model: string;
  readonly pid: number | null;
  readonly restarts: number;
  readonly message: string;
}

/** What "promptSalience/options" can be asked for. */
export type Choice = "case" | "model" | "method" | "granularity" | "target";

/** The answer to "promptSalience/options". */
export interface Options {
  readonly question: string;
  readonly options: readonly Option[];
}

/** One of the options; `value` is the second argument of the command that takes the choice. */
export interface Option {
  readonly value: string | number | null;
  readonly label: string;
  readonly description: string;
  readonly detail: string;
  readonly chosen: boolean;
}
