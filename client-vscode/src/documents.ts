/**
 * Which documents are prompts, which are responses, and the languages that they get.
 *
 * Decisions:
 * - Our languages have no file endings, so that nothing is taken from another extension: a document gets one of them
 *   only where VS Code knows nothing better than plain text.
 * - A document is given a language once. Who sets it back to plain text has it stay so, until the file is opened anew.
 * - A file of values is told to the server, but is no reason to start one: other tools name theirs alike.
 */
import { Disposable, languages, workspace, type DocumentFilter, type TextDocument, type Uri } from "vscode";

export const RESPONSE_SCHEME = "prompt-salience-response";

const RESPONSE_LANGUAGE = "prompt-salience-response";
const TEXT_LANGUAGE = "prompt-salience-text";
const PROMPT_LANGUAGES: readonly string[] = ["prompt-salience-jinja", "prompt-salience-prompty", TEXT_LANGUAGE];
const LANGUAGE_BY_ENDING: readonly (readonly [RegExp, string])[] = [
  [/\.prompty$/i, "prompt-salience-prompty"],
  [/\.(j2|jinja2?)$/i, "prompt-salience-jinja"],
];
const SCHEMES: readonly string[] = ["file", "untitled"];

/** A filter that VS Code and the language client understand alike. */
export interface Filter extends DocumentFilter {
  readonly scheme: string;
  readonly language?: string;
  readonly pattern?: string;
}

export function isPrompt(document: TextDocument): boolean {
  return languages.match(promptFilters(included(document.uri)), document) > 0;
}

export function isResponse(document: { readonly uri: Uri }): boolean {
  return document.uri.scheme === RESPONSE_SCHEME;
}

/** Everything that the server is told of. */
export function filtersForServer(): Filter[] {
  const scopes = [undefined, ...(workspace.workspaceFolders ?? []).map((folder) => folder.uri)];
  const globs = new Set(scopes.flatMap((scope) => included(scope)));
  return [...promptFilters([...globs]), { scheme: "file", pattern: "**/*.values.yaml" }, { scheme: RESPONSE_SCHEME }];
}

function promptFilters(globs: readonly string[]): Filter[] {
  return SCHEMES.flatMap((scheme) => [
    ...PROMPT_LANGUAGES.map((language) => ({ scheme, language })),
    ...globs.map((pattern) => ({ scheme, pattern })),
  ]);
}

function included(scope: Uri | undefined): string[] {
  const globs = workspace.getConfiguration("promptSalience", scope).get<unknown>("include");
  return Array.isArray(globs) ? globs.filter((glob) => typeof glob === "string") : [];
}

/** Gives prompts and responses their languages when they open. */
export class Languages implements Disposable {
  private readonly given = new Set<string>();
  private readonly subscription: Disposable;

  constructor() {
    this.subscription = Disposable.from(
      workspace.onDidOpenTextDocument((document) => void this.give(document)),
      workspace.onDidCloseTextDocument((document) => {
        // A change of the language also closes a document, which then goes on to live.
        if (document.isClosed) {
          this.given.delete(document.uri.toString());
        }
      }),
    );
    for (const document of workspace.textDocuments) {
      void this.give(document);
    }
  }

  dispose(): void {
    this.subscription.dispose();
  }

  /** Gives a document its language, unless it has one or was given one before. */
  async give(document: TextDocument): Promise<void> {
    const language = languageFor(document);
    const uri = document.uri.toString();
    if (language && language !== document.languageId && !this.given.has(uri)) {
      this.given.add(uri);
      await languages.setTextDocumentLanguage(document, language);
    }
  }
}

function languageFor(document: TextDocument): string | undefined {
  if (isResponse(document)) {
    return RESPONSE_LANGUAGE;
  }
  if (document.languageId !== "plaintext" || !isPrompt(document)) {
    return undefined;
  }
  const known = LANGUAGE_BY_ENDING.find(([ending]) => ending.test(document.uri.path));
  return known ? known[1] : TEXT_LANGUAGE;
}
