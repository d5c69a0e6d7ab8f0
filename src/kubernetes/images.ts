// Image names as titles and tables show them; the whole name stands in the diff.

/** `registry.acme.example/shop/checkout:v2.41.3` → `checkout:v2.41.3`. */
export function shortImage(image: string): string {
  return image.split("/").at(-1) ?? image;
}
