"""The statements that publishing writes with, in one readable place.

The rows are given as JSON: one statement on PostgreSQL, whatever the number of rows; on SQLite, whose WITH cannot
write, one for each table.

A text of settled channels that is new is stored by the way, and before the inboxes are locked: who waits for somebody
who stores the same text holds no inbox.
"""

POSTGRESQL = """
    WITH keys AS (
        INSERT INTO notifcenter_idempotencykey (provider_id, key, fingerprint, answer, created_at)
        SELECT DISTINCT ON (provider, key) provider, key, fingerprint, answer, %(now)s::timestamptz
        FROM jsonb_to_recordset(%(keys)s) AS new(provider bigint, key text, fingerprint text, answer jsonb)
        ORDER BY provider, key
        ON CONFLICT (provider_id, key) DO UPDATE
        SET fingerprint = excluded.fingerprint, answer = excluded.answer, created_at = excluded.created_at
        WHERE notifcenter_idempotencykey.created_at < %(old)s::timestamptz
        RETURNING key
    ), admitted AS MATERIALIZED (
        SELECT FROM keys HAVING count(*) = jsonb_array_length(%(keys)s)
    ), named AS (
        INSERT INTO notifcenter_publicationkey (id, notification_id, folds_until)
        SELECT id, notification, until
        FROM jsonb_to_recordset(%(names)s) AS new(id uuid, notification uuid, until timestamptz) CROSS JOIN admitted
        ORDER BY id
        ON CONFLICT (id) DO UPDATE
        SET notification_id = excluded.notification_id, folds_until = excluded.folds_until, shown_at = NULL
        WHERE notifcenter_publicationkey.folds_until <= %(now)s::timestamptz
            AND notifcenter_publicationkey.due_at IS NULL
        RETURNING id
    ), free AS MATERIALIZED (
        SELECT FROM admitted WHERE (SELECT count(*) FROM named) = jsonb_array_length(%(names)s)
    ), stored AS (
        INSERT INTO notifcenter_notification (
            id, provider_id, owner, kind, header, text, details, request_id, created_at, expires_at, search
        )
        SELECT id, provider, owner, kind, header, text, details, request, at, expires, search
        FROM jsonb_to_recordset(%(notifications)s) AS new(
            id uuid, provider bigint, owner bigint, kind text, header text, text text, details jsonb, request text,
            at timestamptz, expires timestamptz, search text
        ) CROSS JOIN free
    ), new_texts AS (
        INSERT INTO notifcenter_settledchannels (text)
        SELECT DISTINCT settled FROM jsonb_to_recordset(%(entries)s) AS new(settled text) CROSS JOIN free
        WHERE NOT EXISTS (SELECT FROM notifcenter_settledchannels WHERE text = settled)
        ORDER BY settled
        ON CONFLICT (text) DO UPDATE SET text = excluded.text
        RETURNING id, text
    ), texts AS MATERIALIZED (
        SELECT id, text FROM new_texts UNION ALL SELECT id, text FROM notifcenter_settledchannels
    ), entries AS MATERIALIZED (
        SELECT id, provider, read_at, (SELECT texts.id FROM texts WHERE text = settled) AS settled_id, placed_at,
            kind, category, published_at, missed, search, "to"
        FROM jsonb_to_recordset(%(entries)s) AS new(
            id uuid, provider bigint, read_at timestamptz, settled text, placed_at timestamptz, kind text,
            category text, published_at timestamptz, missed boolean, search text, "to" jsonb
        )
    ), counted AS (
        INSERT INTO notifcenter_inbox (user_id, revision, unread)
        SELECT (new ->> 0)::bigint AS user_id, (new ->> 1)::integer, (new ->> 2)::integer
        FROM jsonb_array_elements(%(counts)s) AS new CROSS JOIN free CROSS JOIN (SELECT count(*) FROM texts) AS first
        ORDER BY user_id
        ON CONFLICT (user_id) DO UPDATE
        SET revision = notifcenter_inbox.revision + excluded.revision,
            unread = notifcenter_inbox.unread + excluded.unread
        RETURNING user_id, revision, unread
    ), placed AS (
        INSERT INTO notifcenter_inboxitem (
            user_id, notification_id, provider_id, position, silent, read_at, settled_id, placed_at,
            kind, category, published_at, missed, search
        )
        SELECT counted.user_id, entries.id, entries.provider,
            counted.revision - (recipient ->> 1)::integer, (recipient ->> 2)::boolean, read_at, settled_id, placed_at,
            kind, category, published_at, missed, search
        FROM entries CROSS JOIN jsonb_array_elements("to") AS recipient
        JOIN counted ON counted.user_id = (recipient ->> 0)::bigint
    ), planned AS (
        INSERT INTO notifcenter_delivery (
            notification_id, user_id, channel, device, state, reason, urgent, priority, attempts,
            created_at, due_at, expires_at, finished_at
        )
        SELECT new.id, (recipient ->> 0)::bigint, channel, (recipient ->> 1)::bigint, state, reason, urgent, priority,
            0, %(now)s::timestamptz, due_at, expires_at, finished_at
        FROM jsonb_to_recordset(%(deliveries)s) AS new(
            id uuid, channel text, state text, reason text, urgent boolean, priority smallint,
            due_at timestamptz, expires_at timestamptz, finished_at timestamptz, "to" jsonb
        )
        CROSS JOIN jsonb_array_elements(new."to") AS recipient CROSS JOIN free
    )
    SELECT user_id, revision, unread, true FROM free LEFT JOIN counted ON true
    UNION ALL SELECT NULL, NULL, NULL, false FROM admitted WHERE NOT EXISTS (SELECT FROM free)"""

SQLITE_KEYS = """
    INSERT INTO notifcenter_idempotencykey (provider_id, key, fingerprint, answer, created_at)
    SELECT value ->> 'provider', value ->> 'key', value ->> 'fingerprint', value -> 'answer', %(now)s
    FROM json_each(%(keys)s) WHERE true
    ON CONFLICT (provider_id, key) DO UPDATE
    SET fingerprint = excluded.fingerprint, answer = excluded.answer, created_at = excluded.created_at
    WHERE created_at < %(old)s
    RETURNING key"""

SQLITE_NAMES = """
    INSERT INTO notifcenter_publicationkey (id, notification_id, folds_until)
    SELECT value ->> 'id', value ->> 'notification', value ->> 'until' FROM json_each(%(names)s) WHERE true
    ON CONFLICT (id) DO UPDATE
    SET notification_id = excluded.notification_id, folds_until = excluded.folds_until, shown_at = NULL
    WHERE folds_until <= %(now)s AND due_at IS NULL
    RETURNING id"""

SQLITE = [
    """
    INSERT INTO notifcenter_notification (
        id, provider_id, owner, kind, header, text, details, request_id, created_at, expires_at, search
    )
    SELECT value ->> 'id', value ->> 'provider', value ->> 'owner', value ->> 'kind', value ->> 'header',
        value ->> 'text', value ->> 'details', value ->> 'request', value ->> 'at', value ->> 'expires',
        value ->> 'search'
    FROM json_each(%(notifications)s)""",
    """
    INSERT INTO notifcenter_inbox (user_id, revision, unread)
    SELECT value ->> 0, value ->> 1, value ->> 2 FROM json_each(%(counts)s) WHERE true
    ON CONFLICT (user_id) DO UPDATE SET revision = revision + excluded.revision, unread = unread + excluded.unread
    RETURNING user_id, revision, unread""",
    """
    INSERT INTO notifcenter_settledchannels (text)
    SELECT DISTINCT value ->> 'settled' FROM json_each(%(entries)s)
    WHERE value ->> 'settled' NOT IN (SELECT text FROM notifcenter_settledchannels)""",
    """
    INSERT INTO notifcenter_inboxitem (
        user_id, notification_id, provider_id, position, silent, read_at, settled_id, placed_at,
        kind, category, published_at, missed, search
    )
    WITH new AS MATERIALIZED (
        SELECT value ->> 'id' AS id, value ->> 'provider' AS provider,
            (SELECT texts.id FROM notifcenter_settledchannels AS texts WHERE text = value ->> 'settled') AS settled_id,
            value ->> 'read_at' AS read_at, value ->> 'placed_at' AS placed_at, value ->> 'kind' AS kind,
            value ->> 'category' AS category, value ->> 'published_at' AS published_at,
            value ->> 'missed' AS missed, value ->> 'search' AS search, value -> 'to' AS "to"
        FROM json_each(%(entries)s)
    )
    SELECT user_id, new.id, new.provider, revision - (recipient.value ->> 1), recipient.value ->> 2, new.read_at,
        settled_id, placed_at, kind, category, published_at, missed, search
    FROM new CROSS JOIN json_each(new."to") AS recipient
    JOIN notifcenter_inbox ON user_id = recipient.value ->> 0""",
    """
    INSERT INTO notifcenter_delivery (
        notification_id, user_id, channel, device, state, reason, urgent, priority, attempts,
        created_at, due_at, expires_at, finished_at
    )
    WITH new AS MATERIALIZED (
        SELECT value ->> 'id' AS id, value ->> 'channel' AS channel, value ->> 'state' AS state,
            value ->> 'reason' AS reason, value ->> 'urgent' AS urgent, value ->> 'priority' AS priority,
            value ->> 'due_at' AS due_at, value ->> 'expires_at' AS expires_at,
            value ->> 'finished_at' AS finished_at, value -> 'to' AS "to"
        FROM json_each(%(deliveries)s)
    )
    SELECT new.id, recipient.value ->> 0, channel, recipient.value ->> 1, state, reason, urgent, priority, 0,
        %(now)s, due_at, expires_at, finished_at
    FROM new CROSS JOIN json_each(new."to") AS recipient""",
]
