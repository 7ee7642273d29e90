// Opens VS Code's page in a browser until a file is there and so many messages of sigmalint were shown; prints these as JSON.
// node open.mjs ADDRESS FILE COUNT
import { existsSync } from "node:fs";
import { createRequire } from "node:module";
import { setTimeout as pause } from "node:timers/promises";

const [address, file, count] = process.argv.slice(2);
const { chromium } = createRequire(`${process.env.SIGMALINT_VSCODE}/`)("playwright-core");
const browser = await chromium.launch({ executablePath: process.env.SIGMALINT_CHROMIUM, args: ["--no-sandbox"] });
const page = await browser.newPage();
const shown = new Set();
await page.goto(address);
while (!existsSync(file) || shown.size < Number(count)) {
  await pause(100);
  // VS Code says below a message which extension it is of.
  const ours = page.locator(".notification-list-item", { hasText: "sigmalint" }).locator(".notification-list-item-message");
  for (const text of await ours.allInnerTexts()) shown.add(text);
}
await browser.close();
console.log(JSON.stringify([...shown]));
