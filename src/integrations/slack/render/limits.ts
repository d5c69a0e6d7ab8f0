// Slack's limits on messages and views, each with the page that names it.

export const limits = {
  /** docs.slack.dev/reference/block-kit/blocks */
  blocksPerMessage: 50,
  blocksPerView: 100,
  /** Undocumented: `msg_blocks_too_long` begins at about 13,200 characters of blocks (bolt-js issue 2509). */
  blocksChars: 12_000,
  /** Slack truncates a message's text above 40,000 and advises 4,000: docs.slack.dev/reference/methods/chat.postMessage */
  fallbackChars: 3_000,
  /** docs.slack.dev/reference/block-kit/composition-objects/text-object */
  textChars: 3_000,
  /** docs.slack.dev/reference/block-kit/blocks/header-block */
  headerChars: 150,
  /** docs.slack.dev/reference/block-kit/blocks/context-block */
  contextElements: 10,
  /** docs.slack.dev/reference/block-kit/blocks/actions-block */
  actionsElements: 25,
  /** docs.slack.dev/reference/block-kit/block-elements/button-element */
  buttonText: 75,
  buttonValue: 2_000,
  /** docs.slack.dev/reference/block-kit/composition-objects/option-object; @slack/types says 75 for values too */
  optionText: 75,
  optionValue: 75,
  selectOptions: 100,
  placeholder: 150,
  /** docs.slack.dev/reference/block-kit/blocks/input-block and plain-text-input-element */
  inputLabel: 2_000,
  inputChars: 3_000,
  /** docs.slack.dev/reference/views/modal-views */
  viewTitle: 24,
  viewButton: 24,
  privateMetadata: 3_000,
  /** `view_too_large`: docs.slack.dev/reference/methods/views.open */
  viewBytes: 250_000,
  identifier: 255,
  /** docs.slack.dev/reference/block-kit/blocks/table-block; the header counts as a row */
  tableRows: 100,
  tableColumns: 20,
  /** `invalid_blocks` above 10,000 characters in all cells together, same page */
  tableChars: 10_000,
  /** Slack shows at most this many parts of one rich text block: @slack/types */
  richTextElements: 1_000,
} as const;
