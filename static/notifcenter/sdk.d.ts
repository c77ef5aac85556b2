/** What `sdk.js` gives to widgets: `window.APP`, which is also `window.AMOCRM`. */

type Moment = Date | number | string;

interface ShowMessage {
  /** Plain text, up to 255 characters. */
  header: string;
  /** Simple HTML, up to 4,000 characters. */
  text: string;
  /** Unix seconds, milliseconds, a `Date` or an ISO 8601 string. It is shown, and decides nothing. */
  date?: Moment;
  /** The address of an image; a robot without one. */
  icon?: string;
}

interface ShowMessageError extends Omit<ShowMessage, "icon"> {
  /** Where a click leads. */
  link?: string;
}

interface ShowNotification {
  text: { header: string; text: string };
  type: "call" | "error";
  date?: Moment;
}

interface AddError {
  text: string;
  header?: string;
  date?: Moment;
  /** Where a click leads. */
  link?: string;
  /** The provider it belongs to; without one, or with an unknown one, "My own notifications". */
  widget_code?: string;
}

interface AddCall extends AddError {
  from?: string;
  to?: string;
  element?: { id: number | string; type: "contact" | "lead" | "company"; name?: string };
  /** In seconds. */
  duration?: number;
  /** The recording. */
  link?: string;
  /** Where a click leads; without one, to `element`. */
  click_link?: string;
}

/** RFC 9457; `status` is 0 where the server could not be reached. */
interface Problem {
  type: string;
  title: string;
  status: number;
  detail: string;
  errors?: { pointer: string; detail: string }[];
}

interface Callbacks {
  /** It is stored, under this id. */
  done?(id: string): void;
  fail?(problem: Problem): void;
  always?(): void;
}

interface NotificationButton {
  url: string;
  title: string;
  web_link: string;
  absolute_link: boolean;
}

interface NotificationData {
  id: string;
  notification_id: string;
  /** The publication: all its recipients share it. */
  uuid: string;
  entity: { id: number | string; type: string; name: string } | null;
  linked_entity: null;
  /** Unix seconds. */
  created_at: number;
  updated_at: number;
  is_read: boolean;
  /** The master switch is off: it is in the centre and nowhere else. */
  silent: boolean;
  notification: true;
  body: {
    title: string;
    icon: { call?: true; error?: true; value: string };
    /** `text` is sanitised HTML. */
    rows: { style: "default"; text: string; class_height: string }[];
    actions: { click: { url: string }; buttons: NotificationButton[]; read_on_show: boolean };
  };
  click: { type: "url"; value: string };
  web_link: string;
  absolute_link: boolean;
  buttons: NotificationButton[];
  provider?: { code: string; name: string; icon: string };
}

interface UserStatus {
  id: number;
  online: boolean;
}

interface NotifcenterApp {
  notifications: {
    /** A popup on this page: stored nowhere, sent nowhere. */
    show_message(params: ShowMessage): void;
    show_message_error(params: ShowMessageError): void;
    show_notification(params: ShowNotification): void;
    /** Into the centre, and through all active channels of the current user. */
    add_error(params: AddError, callbacks?: Callbacks): void;
    add_call(params: AddCall, callbacks?: Callbacks): void;
  };
  /** For a provider whose manifest says `init_once`; a later callback of the same code replaces the earlier. */
  addNotificationCallback(widget_code: string, callback: (data: NotificationData) => void): void;
  sdk: {
    showUserStatus(): Record<string, UserStatus>;
    showUserStatus(which: "online"): number[];
    showUserStatus(id: number | string): boolean;
    /** While true, in any tab of this user in this browser, a release does not reload the page. */
    setCallingStatus(on: boolean): void;
    getCallingStatus(): boolean;
    /** On pages of another site: gives a fresh user token when the old one has expired. */
    renewToken(callback: () => string | Promise<string>): void;
  };
  constant(name: "user"): { id: number; name: string; login: string };
  constant(name: "managers"): Record<string, { id: number; title: string; login: string; active: boolean }>;
  constant(name: "account" | "groups" | (string & {})): any;
  click_event: "click";
  lang_id: string;
  lang: Record<string, string>;
  data: { is_card: boolean; current_card: any; current_entity: string };
  isCard(): boolean;
  widgets: { list: Record<string, { init_once: boolean }> };
}

declare var APP: NotifcenterApp;
declare var AMOCRM: NotifcenterApp;
interface Window {
  APP: NotifcenterApp;
  AMOCRM: NotifcenterApp;
}
