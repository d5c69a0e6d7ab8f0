// The tree every text format is read into before anything is drawn.

/** Blocks and inline pieces alike; every `href` has passed `safeHref`, every `text` is plain characters. */
export type TextNode =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "break" }
  | { readonly kind: "bold" | "italic" | "strike"; readonly children: readonly TextNode[] }
  | { readonly kind: "code" | "pre"; readonly text: string }
  | { readonly kind: "quote" | "paragraph"; readonly children: readonly TextNode[] }
  | { readonly kind: "item"; readonly marker: string; readonly indent: number; readonly children: readonly TextNode[] }
  | { readonly kind: "heading"; readonly level: number; readonly children: readonly TextNode[] }
  | { readonly kind: "rule" }
  | { readonly kind: "table"; readonly rows: readonly (readonly (readonly TextNode[])[])[] }
  | { readonly kind: "link"; readonly href: string; readonly children: readonly TextNode[] }
  | { readonly kind: "user"; readonly id: string; readonly label: string | null }
  | { readonly kind: "channel"; readonly id: string; readonly label: string | null }
  | { readonly kind: "group"; readonly id: string; readonly label: string | null }
  | { readonly kind: "broadcast"; readonly name: string }
  | { readonly kind: "date"; readonly text: string; readonly href: string | null }
  | { readonly kind: "emoji"; readonly name: string; readonly glyph: string };
