// Pictures of what networks learn.
export { contactSheet, type Section, type Tile } from './contact_sheet.js';
export { filterTiles } from './filters.js';
