// Where the `sigmalint` program is: the settings, the workspace's environments, the PATH, usual folders, uvx or pipx.
import * as fs from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import { execFile, type ExecFileException } from "node:child_process";
import { promisify } from "node:util";

/** What is started: a program and its arguments. */
export interface Command {
  readonly command: string;
  readonly args: readonly string[];
}

/** What the user has set, and the workspace's folders; what is relative is so to the first. */
export interface Wishes {
  readonly paths: readonly string[];
  readonly interpreter: string;
  readonly strategy: "fromEnvironment" | "uvx";
  readonly folders: readonly string[];
  readonly trusted: boolean;
}

const windows = process.platform === "win32";
const run = promisify(execFile);
const requirement = "sigmalint[lsp]";

/** The commands to try, in order. */
export function candidates(wishes: Wishes, environment: NodeJS.ProcessEnv = process.env): Command[] {
  const found: Command[] = [];
  const add = (command: string, ...args: string[]): void => {
    if (isExecutable(command)) found.push({ command, args });
  };
  for (const one of wishes.paths) add(expand(one, wishes.folders[0]), "lsp");
  if (wishes.interpreter) add(expand(wishes.interpreter, wishes.folders[0]), "-m", "sigmalint", "lsp");
  const folders = (environment["PATH"] ?? environment["Path"] ?? "").split(path.delimiter).filter(path.isAbsolute);
  const usual = windows
    ? [path.join(os.homedir(), ".local", "bin")]
    : [path.join(os.homedir(), ".local/bin"), path.join(os.homedir(), ".cargo/bin"), "/opt/homebrew/bin", "/usr/local/bin"];
  const everywhere = [...folders, ...usual];
  if (wishes.strategy === "fromEnvironment") {
    for (const folder of wishes.trusted ? wishes.folders : []) {
      for (const name of [".venv", "venv"]) {
        add(path.join(folder, name, windows ? "Scripts" : "bin", program("sigmalint")), "lsp");
      }
    }
    for (const folder of everywhere) add(path.join(folder, program("sigmalint")), "lsp");
  }
  for (const folder of everywhere) add(path.join(folder, program("uvx")), "--from", requirement, "sigmalint", "lsp");
  for (const folder of everywhere) add(path.join(folder, program("pipx")), "run", "--spec", requirement, "sigmalint", "lsp");
  return found;
}

/** The first command that says it can serve, and what was wrong with those before it: one may lack the extra `lsp`. */
export async function choose(commands: readonly Command[]): Promise<{ command?: Command; complaints: string[] }> {
  const complaints: string[] = [];
  for (const command of commands) {
    try {
      await run(command.command, [...command.args, "--check"], { timeout: 60_000 });
      return { command, complaints };
    } catch (error) {
      const { message, stderr = "" } = error as ExecFileException;
      complaints.push(`${command.command}: ${stderr.trim().split("\n").at(-1) || message}`);
    }
  }
  return { complaints };
}

function expand(text: string, folder: string | undefined): string {
  const home = text.startsWith("~/") ? path.join(os.homedir(), text.slice(2)) : text;
  const replaced = home.replaceAll("${workspaceFolder}", folder ?? "").replaceAll("${userHome}", os.homedir());
  return path.isAbsolute(replaced) || folder === undefined ? replaced : path.join(folder, replaced);
}

function program(name: string): string {
  return windows ? `${name}.exe` : name;
}

function isExecutable(file: string): boolean {
  try {
    fs.accessSync(file, windows ? fs.constants.F_OK : fs.constants.X_OK);
    return fs.statSync(file).isFile();
  } catch {
    return false;
  }
}
