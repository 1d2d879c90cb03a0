// Computes the contrast of style/tokens.css in both themes and fails below WCAG AA: 4.5 for text, 3 for what is no text.
// Usage: node scripts/contrast.mjs
import { readFileSync } from "node:fs";

const css = readFileSync(new URL("../style/tokens.css", import.meta.url), "utf8");
const read = (selector) => {
  const start = css.indexOf(`${selector} {`);
  const block = css.slice(start, css.indexOf("}", start));
  const pairs = [...block.matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);/g)];
  return { light: Object.fromEntries(pairs.map((m) => [m[1], m[2]])), dark: Object.fromEntries(pairs.map((m) => [m[1], m[3]])) };
};
const themes = read("\n:root");
const luminance = (hex) => {
  const [r, g, b] = [1, 3, 5].map((at) => parseInt((hex ?? "").slice(at, at + 2), 16) / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const contrast = (a, b) => {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
};
const pairs = [
  ...["ink", "ink-2", "ink-3", "accent", "accent-strong", "good", "warn", "bad"].flatMap((text) =>
    ["paper", "raised", "sunken"].map((ground) => [text, ground, 4.5])),
  ...["ink", "ink-2"].map((text) => [text, "pressed", 4.5]),
  ["accent-strong", "accent-soft", 4.5], ["ink", "accent-soft", 4.5],
  ["good", "good-soft", 4.5], ["warn", "warn-soft", 4.5], ["bad", "bad-soft", 4.5],
  ["ink", "good-soft", 4.5], ["ink", "warn-soft", 4.5], ["ink", "bad-soft", 4.5], ["ink", "mark", 4.5],
  ["on-accent", "accent", 4.5], ["on-accent", "accent-strong", 4.5], ["on-bad", "bad", 4.5], ["paper", "ink", 4.5],
  ["line-strong", "paper", 3], ["line-strong", "raised", 3], ["line-strong", "sunken", 3], ["accent", "pressed", 3],
];
let failed = 0;
const check = (theme, a, b, colours, least) => {
  const value = contrast(colours[a], colours[b]);
  if (!(value >= least)) { failed += 1; console.log(`${theme}: ${a} on ${b} is ${value.toFixed(2)}, needs ${least}`); }
};
for (const [theme, colours] of Object.entries(themes)) for (const [a, b, least] of pairs) check(theme, a, b, colours, least);
for (const tone of ["spruce", "clay", "ochre", "slate", "plum"])
  for (const [theme, colours] of Object.entries(read(`\n[data-cover="${tone}"]`)))
    check(`${theme} cover ${tone}`, "cover-strong", "cover-ground", colours, 4.5);
console.log(failed ? `${failed} pairs below AA` : "contrast: every pair meets AA in both themes");
process.exit(failed ? 1 : 0);
