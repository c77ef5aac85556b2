/** The types that the modules share. Only the checker reads them; no page loads this file. */

declare namespace NC {
  type Item = NotificationData;
  type Connection = "online" | "offline" | "signed-out";

  interface Reader {
    language: string;
    timezone: string;
  }

  /** What a page was rendered with, and what `GET me/` answers. */
  interface PageState {
    user: Reader & { id: number; name: string; login: string };
    cursor: number;
    unread: number;
    version: string;
    presence: Record<string, boolean>;
    managers: Record<string, { id: number; title: string; login: string; active: boolean }>;
    groups: Record<string, string>;
    account: object;
    widgets: Record<string, Widget>;
    entity_urls: Record<string, string>;
  }

  interface Widget {
    init_once: boolean;
    name: string;
    icon: string;
  }

  /** Where the API is, and as whom it is called: by token, or by the session's cookie. */
  interface ApiSession {
    /** The folder of `sdk.js`. */
    base: URL;
    token: string;
    renew: null | (() => string | Promise<string>);
  }

  /** What the SDK's entry shares with the modules; `page` is null on pages of another site until it was fetched. */
  interface Session<Page = PageState | null> extends ApiSession {
    page: Page;
    presence: Record<string, boolean>;
    callbacks: Map<string, (data: Item) => void>;
    calling: boolean;
    isCalling(): boolean;
    waiting: [name: string, parameters: any[]][];
    perform(name: string, parameters: any[]): void;
    begin(page: PageState): void;
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
    /** Where the site-relative addresses of notifications lead. */
    readonly site: URL;
    /** The parsed answer, null where there is none. Throws a `Problem`. */
    call(method: string, path: string, body?: unknown): Promise<any>;
    /** Whether the page's callback gave a fresh token. */
    renewToken(): Promise<boolean>;
  }

  interface ApiClientClass {
    new (session: ApiSession, unreachable: () => string): ApiClient;
    problem(status: number, title: string, detail: string, errors?: Problem["errors"]): Problem;
  }

  interface Counted {
    cursor: number;
    unread: number;
  }
  type ReadFrame = Counted & { type: "read"; ids: string[]; all: boolean; read: boolean };
  type Change =
    | (Counted & { type: "notification"; data: Item })
    | ReadFrame
    | (Counted & { type: "deleted"; ids: string[] })
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
    deleted: { ids: string[] };
    reset: object;
    /** Gone from the lists; `isLocal` where it was done in this page. */
    removed: { ids: string[]; isLocal?: boolean };
    restored: { ids: string[] };
    /** The number of unread items, by the live socket. */
    unread: number;
    /** The same, by the answer to a change of this page. */
    counted: number;
    connection: Connection;
    calling: boolean;
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
    base: URL;
    item: Item | null;
  }

  interface ShownFields {
    kind: View["kind"];
    header: string;
    text: string;
    date?: number;
    icon?: string;
    link?: string;
  }

  interface InboxPage {
    next: string | null;
    results: Item[];
  }

  interface Filter {
    unread: boolean;
    provider: string;
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
