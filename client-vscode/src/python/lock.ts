/**
 * A lock that windows of one machine share: who holds it works, the others wait.
 *
 * Decisions:
 * - The lock is a file whose time of change beats while its holder lives, so that one who died, or whose machine went
 *   down, does not lock out the others for ever. Who waits counts the silence by its own clock: after a sleep of the
 *   machine both go on.
 * - Two who wait can, once in a blue moon, both take the lock of one who died. What is done under the lock must stand
 *   that, and may only be wasted.
 */
import { open, rm, stat, type FileHandle } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";

export interface Pace {
  readonly beatMs: number;
  /** After such a silence the holder counts as dead. */
  readonly silenceMs: number;
}

export interface Waiting {
  readonly signal: AbortSignal;
  /** Told once, if somebody else holds the lock. */
  readonly begins: () => void;
  readonly pace?: Pace;
}

const PACE: Pace = { beatMs: 500, silenceMs: 15_000 };

/** Does the work while no other window does its own; `waiting.signal` calls off the waiting. */
export async function locked<T>(path: string, waiting: Waiting, work: () => Promise<T>): Promise<T> {
  const pace = waiting.pace ?? PACE;
  const handle = (await take(path)) ?? (await takeLater(path, waiting, pace));
  const beat = setInterval(() => void touch(handle), pace.beatMs);
  try {
    return await work();
  } finally {
    clearInterval(beat);
    await release(path, handle);
  }
}

async function take(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, "wx");
  } catch (error) {
    if (hasCode(error, "EEXIST")) {
      return undefined;
    }
    throw error;
  }
}

async function takeLater(path: string, { signal, begins }: Waiting, pace: Pace): Promise<FileHandle> {
  begins();
  let handle: FileHandle | undefined;
  for (let silence = 0, last = 0; !handle; handle = await take(path)) {
    await delay(pace.beatMs, undefined, { signal });
    const beat = await lastBeat(path);
    silence = beat === last ? silence + pace.beatMs : 0;
    last = beat;
    if (silence > pace.silenceMs) {
      await rm(path, { force: true });
    }
  }
  return handle;
}

async function touch(handle: FileHandle): Promise<void> {
  const now = new Date();
  await handle.utimes(now, now);
}

/** When the holder was last heard of, in milliseconds; 0 if there is none any more. */
async function lastBeat(path: string): Promise<number> {
  try {
    return (await stat(path)).mtimeMs;
  } catch (error) {
    if (hasCode(error, "ENOENT")) {
      return 0;
    }
    throw error;
  }
}

/** Lets go of the lock, unless somebody took it who believed this window dead. */
async function release(path: string, handle: FileHandle): Promise<void> {
  const own = (await handle.stat()).ino;
  await handle.close();
  const current = await stat(path).catch(() => undefined);
  if (current?.ino === own) {
    await rm(path, { force: true });
  }
}

function hasCode(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
