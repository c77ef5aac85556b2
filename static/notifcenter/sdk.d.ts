/**
 * What `sdk.js` gives to widgets: `window.APP`, which is also `window.AMOCRM`. The methods take what widgets in the wild
 * pass; what they cannot use is left away with a warning in the console.
 */

declare namespace Notifcenter {
  /** Unix seconds, milliseconds, a `Date` or an ISO 8601 string. It is shown, and decides nothing. */
  type Moment = Date | number | string;
  /** Simple HTML, up to 4,000 characters. */
  type Text = string | number;
  /** Text and header in one, as `show_notification` takes them; all five methods do. */
  interface TextWithHeader {
    header?: Text;
    text?: Text;
  }

  /** An address; one that cannot be used, such as `false` or `"#"`, is left away. */
  type Link = string | URL | false | null;
  interface Shown {
    /** Plain text, up to 255 characters. */
    header?: Text;
    text?: Text | TextWithHeader;
    date?: Moment | null;
    /** Milliseconds until it goes; 0: it stays until it is closed. */
    timeout?: number;
  }

  interface ShowMessage extends Shown {
    /** The address of an image; a robot without one. */
    icon?: Link;
  }

  interface ShowMessageError extends Shown {
    /** Where a click leads. */
    link?: Link;
  }

  interface ShowNotification extends Shown {
    /** Another one shows as a plain message. */
    type?: "call" | "error" | (string & {});
  }

  type Priority = "low" | "normal" | "high" | "critical";
  /** What may stand beside a notification to oneself; what cannot be used is left away. */
  interface Life {
    /** `critical` becomes `high`. */
    priority?: Priority;
    category?: string;
    /** One's own name for this matter: the same again updates what stands under it. */
    key?: string;
    /** With `key`: unread and newest again, and sent again. */
    renew?: boolean;
    /** What repeats have in common; `false`: they do not fold. */
    fold_key?: string | false;
    /** Nobody sees it before. */
    send_at?: Moment | null;
    /** It is withdrawn then. */
    expires_at?: Moment | null;
    read_on_show?: boolean;
    /** An https picture. */
    image?: Link;
  }

  interface AddError extends Life {
    text: Text | TextWithHeader;
    header?: Text;
    date?: Moment | null;
    /** Where a click leads. */
    link?: Link;
    /** The provider it belongs to; without one, or with an unknown one, "My own notifications". */
    widget_code?: string;
    /** Up to three. */
    actions?: Action[];
  }

  /** A button; with `url` a link, without it the provider is told who pressed it. */
  interface Action {
    /** `[a-z0-9_-]{1,32}` */
    id: string;
    /** Up to 40 characters. */
    title: string;
    style?: "primary" | "default" | "danger";
    url?: string;
    /** The first one has it; the others see who. */
    exclusive?: boolean;
    /** It is done for who pressed; where it is exclusive, for all. */
    closes?: boolean;
  }

  /** What became of an action; of one that is not exclusive, what the reader did. */
  interface ShownAction extends Required<Pick<Action, "id" | "title" | "style" | "exclusive" | "closes">> {
    url?: string;
    state: "open" | "done";
    by: { id: number; name: string } | null;
    /** Unix seconds. */
    at: number | null;
  }

  interface Element {
    id: number | string;
    type: "contact" | "lead" | "company" | 1 | 2 | 3 | (string & {});
    name?: string;
  }

  interface AddCall extends AddError {
    from?: string | number | null;
    to?: string | number | null;
    element?: Element | null;
    /** In seconds. */
    duration?: number | string | null;
    /** The recording. */
    link?: Link;
    /** Where a click leads; without one, to `element`. */
    click_link?: Link;
  }

  interface Alert {
    text: Text;
    header?: Text;
    /** Of the edge, as CSS writes colours. */
    color?: string;
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

  /** A call of a telephone exchange. */
  interface Call {
    id: string;
    state: "ringing" | "answered" | "missed" | "ended";
    from: string | null;
    to: string | null;
    answered_by: { id: number; name: string } | null;
    /** In seconds. */
    duration: number | null;
    recording: string | null;
    started_at: number;
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
    /** It is in the centre and nowhere else: the reader wants no disturbance now, or none from this provider. */
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
    priority?: Priority;
    category?: string;
    key?: string;
    /** How often it came, where its repeats folded into it. */
    repeats?: number;
    /** When it was made new again: Unix seconds, as all that follow. */
    renewed_at?: number;
    expires_at?: number;
    done_at?: number;
    pinned_at?: number;
    snoozed_until?: number | "call_end";
    image?: string;
    call?: Call;
    caller?: { name: string; number: string };
    actions?: ShownAction[];
  }

  interface UserStatus {
    id: number;
    online: boolean;
  }

  interface User {
    id: number;
    name: string;
    login: string;
    is_admin: boolean;
    personal_mobile: string;
    photo: string;
  }

  interface Manager {
    id: number;
    title: string;
    /** The same as `title`. */
    option: string;
    login: string;
    active: boolean;
    is_admin: boolean;
    /** A key of `constant("groups")`. */
    group: string;
  }

  interface Account {
    id: number;
    subdomain: string;
    name: string;
    language: string;
    timezone: string;
    /** Names by id. */
    users: Record<string, string>;
  }

  interface App {
    notifications: {
      /** A popup on this page: stored nowhere, sent nowhere. */
      show_message(params: ShowMessage | string, ...more: unknown[]): void;
      show_message_error(params: ShowMessageError | string, ...more: unknown[]): void;
      show_notification(params: ShowNotification | string, ...more: unknown[]): void;
      add_alert(params: Alert | string, ...more: unknown[]): void;
      /** Into the centre, and through all active channels of the current user. */
      add_error(params: AddError | string, callbacks?: Callbacks | ((id: string) => void) | null): void;
      add_call(params: AddCall | string, callbacks?: Callbacks | ((id: string) => void) | null): void;
      /** Another content for what one sent oneself under this key; it keeps its kind. */
      update(key: string, params: AddCall | string, callbacks?: Callbacks | ((id: string) => void) | null): void;
      /** Take it back, from the centre and from what has not been sent yet. */
      withdraw(key: string, callbacks?: Callbacks | (() => void) | null): void;
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
      /** On pages of another site: gives a fresh user token, a minute before the old one expires and when it is refused. */
      renewToken(callback: () => string | Promise<string>): void;
    };
    /** Resolves with this object once the constants are known; `notifcenter:ready` on `document` says the same. */
    ready: Promise<App>;
    constant(name: "user"): User;
    constant(name: "managers"): Record<string, Manager>;
    constant(name: "account"): Account;
    constant(name: "groups"): Record<string, string>;
    constant(name: "user_rights"): { is_admin: boolean };
    constant(name: string): any;
    click_event: "click";
    lang_id: string;
    lang: Record<string, string>;
    data: { is_card: boolean; current_card: any; current_entity: string; current_view: any; current_list: any };
    isCard(): boolean;
    getBaseEntity(): string;
    getWidgetsArea(): string;
    is_touch_device: boolean;
    router: { navigate(path: string): void };
    widgets: {
      list: Record<string, { init_once: boolean; params: { widget_active: string } }>;
      system: { amouser: string; amohash: string; domain: string; subdomain: string; area: string };
    };
  }
}

declare var APP: Notifcenter.App;
declare var AMOCRM: Notifcenter.App;

interface Window {
  APP: Notifcenter.App;
  AMOCRM: Notifcenter.App;
}

interface HTMLElementTagNameMap {
  "notifcenter-bell": HTMLElement;
}
