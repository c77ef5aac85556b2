/** The types that the modules share. Only the checker reads them; no page loads this file. */

declare namespace NC {
  type Item = Notifcenter.NotificationData & { readable?: Readable; hits?: Hits };

  /** Where a search matches, in UTF-16 units of the plain title and text. */
  interface Hits {
    title: [start: number, end: number][];
    text: [start: number, end: number][];
  }

  /** What can be done with items, as the API names it. */
  type Verb = "read" | "unread" | "done" | "undone" | "pin" | "unpin" | "snooze" | "unsnooze" | "delete";
  /** When a snoozed item comes back: Unix seconds, or when the reader's call ends. */
  type Until = number | "call_end";
  /** All that match a filter and came up to a cursor. */
  interface AllChosen {
    all: true;
    filter: Filter;
    up_to: number;
  }
  /** What a change came to. */
  interface Outcome {
    changed: number;
    undo: (() => Promise<void>) | null;
  }

  /** What `?readable=1` adds: numbers as people write them, and of calls what became of them. */
  interface Readable {
    rows: string[];
    buttons: Notifcenter.NotificationButton[];
    who?: string;
    number?: { text: string; link: string } | null;
    state?: string;
    /** Where it can be loaded from within the page. */
    recording?: string;
  }

  /** What a page tells the server. */
  type PageFrame = { type: "calling" | "visible"; on: boolean };
  type Connection = "online" | "offline" | "signed-out";

  interface Reader {
    language: string;
    timezone: string;
  }

  /** What a page was rendered with, and what `GET me/` answers. */
  interface PageState {
    user: Reader & Notifcenter.User;
    cursor: number;
    unread: number;
    version: string;
    presence: Record<string, boolean>;
    managers: Record<string, Notifcenter.Manager>;
    groups: Record<string, string>;
    account: Notifcenter.Account;
    user_rights: { is_admin: boolean };
    widgets: Record<string, Widget>;
    widgets_system: object;
    entity_urls: Record<string, string>;
    /** The host application's address, where that is another site than this product's; else empty. */
    crm_url: string;
    centre: CentrePreferences;
    /** Unix seconds; only where a page was given together with a token. */
    token_expires_at?: number;
  }

  interface Widget {
    init_once: boolean;
    name: string;
    icon: string;
    /** Names by code. */
    categories?: Record<string, string>;
  }

  /** Where the API is, and as whom it is called: by token, or by the session's cookie. */
  interface ApiSession {
    /** The folder of `sdk.js`. */
    base: URL;
    token: string;
    renew: null | (() => string | Promise<string>);
    /** Whose page this is, where that is known. */
    page?: PageState | null;
    /** The id of the person it acts for, where there is no page. */
    user?: number;
  }

  /** What the SDK's entry shares with the modules; `page` is null on pages of another site until it was fetched. */
  interface Session<Page extends PageState | null = PageState | null> extends ApiSession {
    page: Page;
    presence: Record<string, boolean>;
    callbacks: Map<string, (data: Item) => void>;
    calling: boolean;
    isCalling(): boolean;
    waiting: [name: string, parameters: any[]][];
    perform(name: string, parameters: any[]): void;
    begin(page: PageState): void;
    /** The host gave a way to a fresh token. */
    onRenewable(): void;
    /** The script runs once more, with the token and page that it has now. */
    rerun(token: string, page: PageState | null): void;
    onRerun(page: PageState | null): void;
    /** The person has signed out, or somebody else has signed in. */
    isGone?: boolean;
    /** Ask who is signed in, where there is a sign that it is somebody else. */
    check?(): Promise<void>;
    feed?: Feed;
  }

  /** The centre's state as the page knows it now. */
  interface Feed {
    page: PageState;
    unread(): number;
    cursor(): number;
    connection(): Connection | "";
  }

  interface ApiClient {
    readonly session: ApiSession;
    /** Where the site-relative addresses of notifications lead. */
    readonly site: URL;
    /** The parsed answer, null where there is none. Throws a `Problem`. */
    call(method: string, path: string, body?: unknown): Promise<any>;
    /** Whether the page's callback gave a fresh token. */
    renewToken(): Promise<boolean>;
  }

  interface ApiClientClass {
    new (session: ApiSession, unreachable: () => string): ApiClient;
    problem(status: number, title: string, detail: string, errors?: Notifcenter.Problem["errors"]): Notifcenter.Problem;
  }

  interface Counted {
    cursor: number;
    unread: number;
  }
  type ReadFrame = Counted & { type: "read"; ids: string[]; all: boolean; read: boolean };
  type Change =
    | (Counted & { type: "notification"; data: Item })
    | ReadFrame
    | (Counted & { type: "deleted"; ids: string[]; all?: boolean })
    | (Counted & { type: "changed"; items: Item[]; alert: string[] })
    | (Counted & { type: "reset" });
  type Hello = Counted & { type: "hello"; version: string; presence: Record<string, boolean> };
  type Head = Counted & { type: "head" };
  type Frame =
    | Change
    | Hello
    | Head
    | { type: "popup"; method: string; params: any }
    | { type: "presence"; users: Record<string, boolean> }
    | { type: "release"; version: string };

  /** Events within the page, with what they carry. */
  interface Events {
    notification: { data: Item };
    popup: { method: string; params: any };
    read: { ids: string[]; all: boolean; read: boolean; unread?: number };
    deleted: { ids: string[]; all?: boolean };
    /** Items whose content or place is another; those in `alert` pop up as if new. */
    changed: { items: Item[]; alert: string[]; cursor: number };
    reset: object;
    /** Gone from the lists. */
    removed: { ids: string[] };
    /** So much changed that lists load anew. */
    restored: object;
    /** The page shows another filter. */
    filtered: Filter;
    /** There are new counts of what matches. */
    summarized: object;
    /** Others are selected in a list. */
    selected: object;
    /** The number of unread items, by the live socket. */
    unread: number;
    /** The same, by the answer to a change of this page. */
    counted: number;
    connection: Connection;
    calling: boolean;
    /** Whether the person is on the phone, in any tab of this browser. */
    "on-phone": boolean;
    /** A token took the place of the old one. */
    renewed: object;
    /** The host gave a way to a fresh token. */
    renewable: object;
    /** An answer of the server raises a doubt about who is signed in. */
    doubted: object;
    /** The popups stand otherwise. */
    popups: object;
    panel: { isOpen: boolean };
    /** A list shows something else. */
    listed: object;
  }
  type Listener<Name extends keyof Events> = (detail: Events[Name]) => void;
  type On = <Name extends keyof Events>(name: Name, listener: Listener<Name>) => void;
  type Emit = <Name extends keyof Events>(name: Name, detail: Events[Name]) => void;

  /** Attributes, and handlers under names that begin with `on`. */
  interface Traits {
    onclick?: (event: MouseEvent) => void;
    [name: string]: unknown;
  }
  type Tags = HTMLElementTagNameMap;
  type Child = Node | string | null | undefined;
  type Make = <Tag extends keyof Tags>(tag: Tag, traits?: Traits, ...children: Child[]) => Tags[Tag];

  /** A notification or a popup, as it is drawn. */
  interface View {
    id: string;
    kind: "call" | "error" | "message";
    title: string;
    rows: { text: string; class_height?: string }[];
    icon: string;
    click: string;
    buttons: { url: string; title: string }[];
    entity: Item["entity"];
    /** How long a popup stays, in milliseconds; 0: until it is closed. */
    timeout?: number;
    /** Of a popup's edge. */
    color?: string;
    /** Null for what is shown and stored nowhere. */
    item: Item | null;
  }

  interface ShownFields {
    kind: View["kind"];
    header: string;
    text: string;
    date?: number;
    icon?: string;
    link?: string;
    timeout?: number;
    color?: string;
  }

  interface InboxPage {
    next: string | null;
    results: Item[];
  }

  /** The filters of the inbox under the names and as the texts of its query; one that is not set is left away. */
  type FilterName = "q" | "unread" | "kind" | "provider" | "category" | "from" | "until" | "missed" | "state";
  type Filter = Partial<Record<FilterName, string>>;

  /** How many match a filter. */
  interface Counts {
    total: number;
    by: { kind: Record<string, number>; provider: Record<string, number>; category: Record<string, number> };
  }

  /** A filter that was saved, shown as a tab. */
  interface SavedView {
    name: string;
    query: string | Record<string, unknown>;
  }

  interface CentrePreferences {
    views: SavedView[];
    density: "compact" | "comfortable";
    popup_corner: "bottom-left" | "bottom-right" | "top-left" | "top-right";
    shortcuts: boolean;
  }

  interface DeliveryLine {
    channel: string;
    label?: string;
    state: string;
    reason: string;
  }

  /** What this browser remembers of its push subscription. */
  interface PushMemory {
    user: string;
    device: number;
    channel: string;
    endpoint: string;
    at: number;
  }
}

interface Navigator {
  /** Safari: the site runs as an installed app. */
  standalone?: boolean;
  userAgentData?: { mobile: boolean };
}

declare var cookieStore: { get(name: string): Promise<{ value: string } | null> } | undefined;
