// What pages gain when JavaScript runs. Without it everything works: menus are <details>, dates are typed, pages reload.

import {
  Button,
  CharacterCount,
  Checkboxes,
  createAll,
  ErrorSummary,
  FileUpload,
  NotificationBanner,
  PasswordInput,
  Radios,
  ServiceNavigation,
  SkipLink,
  Tabs,
} from "govuk-frontend";
import { DatePicker } from "@ministryofjustice/frontend/moj/components/date-picker/date-picker.mjs";
import { MultiSelect } from "@ministryofjustice/frontend/moj/components/multi-select/multi-select.mjs";
import { SortableTable } from "@ministryofjustice/frontend/moj/components/sortable-table/sortable-table.mjs";

import { keepTyped } from "./js/autosave.js";
import { closeMenusOutside } from "./js/menus.js";
import { lookUp } from "./js/lookup.js";
import { keepLive } from "./js/live.js";
import { offerPrinting } from "./js/print.js";
import { offerDeciding } from "./js/review.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");

const components = [
  Button,
  CharacterCount,
  Checkboxes,
  ErrorSummary,
  FileUpload,
  NotificationBanner,
  PasswordInput,
  Radios,
  ServiceNavigation,
  SkipLink,
  Tabs,
  DatePicker,
  MultiSelect,
  SortableTable,
];
for (const component of components) {
  createAll(component);
}
closeMenusOutside(document);
keepLive(document);
lookUp(document);
offerPrinting(document);
keepTyped(document);
offerDeciding(document);
