// Writes src/ui/icon_paths.rs from lucide-static, for the icons listed here and no others.
// Usage: node scripts/icons.mjs   (after npm ci in style/)
import { readFileSync, writeFileSync } from "node:fs";

const icons = `house search library list-music bookmark bookmark-check history users cable circle-user-round sun moon
monitor log-out shield-check chevron-down chevron-right chevron-left chevron-up arrow-right arrow-left arrow-up
arrow-down arrow-up-right check circle-check x plus minus ellipsis eye eye-off pencil trash-2 refresh-cw pause play
triangle-alert info circle-alert clock calendar-days messages-square book-open graduation-cap square-play file-text
headphones flask-conical clipboard-check clipboard-list notebook-text globe hash bell bell-ring rss download upload
sliders-horizontal undo-2 grip-vertical link lock user-plus rows-3 rows-4 inbox compass star layers menu circle
circle-dot flag key-round`.split(/\s+/);

const folder = new URL("../style/node_modules/lucide-static/icons/", import.meta.url);
const variant = (name) => name.split("-").map((part) => part[0].toUpperCase() + part.slice(1)).join("");
const entries = icons.sort().map((name) => {
  const svg = readFileSync(new URL(`${name}.svg`, folder), "utf8");
  const inner = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
  return { name, variant: variant(name), inner: inner.replace(/\s+/g, " ").replace(/ ?\/> ?/g, "/>").trim() };
});
const version = JSON.parse(readFileSync(new URL("../package.json", folder), "utf8")).version;
const text = `//! Drawings of the icons, from Lucide ${version} (https://lucide.dev), ISC licence, © Lucide Icons and contributors.
//! Written by scripts/icons.mjs; add an icon to its list and run it again.

/// Which drawing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glyph {
${entries.map((e) => `    /// \`${e.name}\`\n    ${e.variant},`).join("\n")}
}

impl Glyph {
    /// What stands inside the \`<svg>\` of 24 × 24 units, drawn with strokes.
    #[rustfmt::skip]
    pub(super) fn drawing(self) -> &'static str {
        match self {
${entries.map((e) => `            Glyph::${e.variant} => r#"${e.inner}"#,`).join("\n")}
        }
    }

    /// Every icon, for the design page.
    pub const ALL: &'static [(Glyph, &'static str)] = &[
${entries.map((e) => `        (Glyph::${e.variant}, "${e.name}"),`).join("\n")}
    ];
}
`;
writeFileSync(new URL("../src/ui/icon_paths.rs", import.meta.url), text);
console.log(`${entries.length} icons`);
