/** Generated from the OpenAPI document: `npm run client:types` writes it anew. */
export interface paths {
    "/runs/batch": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Start up to 10,000 runs: all of them, or none */
        post: operations["RunBatchController_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List runs */
        get: operations["RunsController_list"];
        put?: never;
        /** Start a run of a task; with `wait`, 200 and a RunDetail when it has ended by then */
        post: operations["RunsController_create"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Everything about one run; with `wait`, 202 while it has not ended */
        get: operations["RunsController_read"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs/{id}/tree": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** A run with its calls, the first of their children, their calls, and so on */
        get: operations["RunTreeController_tree"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs/{id}/calls": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The calls of a run, in order */
        get: operations["RunTreeController_calls"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs/{id}/calls/{seq}/runs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** The children of a call, in the order of its inputs */
        get: operations["RunTreeController_children"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs/{id}/logs": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** What a run has logged, in order: a page, or as `text/event-stream` each line as it comes */
        get: operations["RunLogsController_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs/{id}/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Moves of a run, its progress and its children, as server-sent events `state`, `progress`, `children` */
        get: operations["RunEventsController_follow"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/events": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Hints of runs, as server-sent events: `run` when one has moved, `resync` when some may have been missed */
        get: operations["RunFeedController_follow"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs/{id}/cancel": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Cancel a run and all that it awaits: none of them is taken by a worker after the answer */
        post: operations["CancelController_cancel"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/runs/{id}/retry": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Retry a failed or cancelled run: what it did and what succeeded below it is kept */
        post: operations["RunRetryController_retry"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tasks": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the tasks */
        get: operations["TasksController_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/tasks/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One task, with the schemas of its input and result */
        get: operations["TasksController_read"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/files": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List arrived files, newest first */
        get: operations["FilesController_list"];
        put?: never;
        /** Upload a file; its run loads it as if it had been dropped into the inbox */
        post: operations["UploadsController_upload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/files/{id}": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** One file and its history */
        get: operations["FilesController_read"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/files/{id}/unload": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Take back exactly the rows that a loaded file gave */
        post: operations["FilesController_unload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/files/{id}/reload": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Load a file again that was unloaded or quarantined, or whose load failed */
        post: operations["FilesController_reload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/files/reload": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Load many files again that failed, were quarantined or unloaded; ask again while any are left */
        post: operations["FileReloadsController_reload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/files/{id}/rejects": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Records of a file that could not be loaded, with their place, reason and bytes */
        get: operations["RejectsController_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/files/{id}/rejects/{index}/resubmit": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Load a record that was set aside, as it stands in the file or put right */
        post: operations["RejectsController_resubmit"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/files/dry-run": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Say what a load of the file in the body would do; nothing of it is kept */
        post: operations["DryRunController_tryUpload"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/files/{id}/dry-run": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        get?: never;
        put?: never;
        /** Start a run that says what a load of this file would do now, and does nothing of it */
        post: operations["DryRunController_tryFile"];
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/feeds": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** List the kinds of file that are taken */
        get: operations["FeedsController_list"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/stats": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Tasks, queues, workers and feeds in numbers, over a window up to now */
        get: operations["StatsController_read"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
    "/stats/timeline": {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        /** Ended runs by state, and the depth of the queues, in steps of a window up to now */
        get: operations["StatsController_timeline"];
        put?: never;
        post?: never;
        delete?: never;
        options?: never;
        head?: never;
        patch?: never;
        trace?: never;
    };
}
export type webhooks = Record<string, never>;
export interface components {
    schemas: {
        CallNode: {
            /** @description Its place among the run's calls. */
            seq: number;
            /** @enum {string} */
            kind: "invoke" | "map" | "map-settled" | "step" | "start" | "branch";
            /** @description Of its children; null for steps and branches. */
            task: string | null;
            /** @description What the author named it by. */
            key: string | null;
            /** @description The attempt of the run that asked for it last. */
            attempt: number;
            /** Format: date-time */
            openedAt: string;
            /** @description When its last child ended; null until then. */
            doneAt: string | null;
            /** @description Of a branch. */
            arms: {
                taken: string;
                skipped: string[];
            } | null;
            /** @description Of a step that failed. */
            error: {
                code: string;
                message: string;
            } | null;
            /** @description Of a start: the run, a root of its own. */
            startedRunId: string | null;
            children: components["schemas"]["RunChildrenEvent"];
            runs: components["schemas"]["ChildNode"][];
            /** @description More at /runs/{id}/calls/{seq}/runs?after={nextRun}; null when these are all. */
            nextRun: number | null;
        };
        ChildNode: {
            /** Format: uuid */
            id: string;
            task: string;
            /** @enum {string} */
            state: "queued" | "running" | "waiting" | "succeeded" | "failed" | "cancelled";
            queue: string;
            /** @description What started it: api, file, schedule or call. */
            trigger: string;
            priority: number;
            /** @description The latest attempt, 1 for the first. */
            attempt: number;
            maxAttempts: number;
            parentId: string | null;
            /**
             * Format: uuid
             * @description The first run of the tree; its own id for a root run.
             */
            rootId: string;
            /** @description In the order they were given; empty for most. */
            tags: string[];
            /**
             * Format: date-time
             * @description Time in UTC, RFC 3339.
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description Not taken before this time: the start asked for, or the end of a wait between attempts.
             */
            dueAt: string;
            /** @description First taken by a worker. */
            startedAt: string | null;
            finishedAt: string | null;
            /** @description Why it failed; of the message the first 300 characters. GET /runs/{id} has all of it. */
            error: {
                /** @description Stable: MR_... for those of Millrace, the code or name of the error otherwise. */
                code: string;
                message: string;
            } | null;
            /** @description Its place among the call's inputs. */
            index: number;
            key: string | null;
            /** @description Whether it has made calls itself: GET /runs/{id}/calls lists them. */
            hasCalls: boolean;
            /** @description In order; null where the tree was cut: ask for the tree of this run. */
            calls: components["schemas"]["CallNode"][] | null;
            /** @description More at /runs/{id}/calls?after={nextCall}; null when these are all. */
            nextCall: number | null;
        };
        ChildRunPage: {
            runs: {
                /** Format: uuid */
                id: string;
                task: string;
                /** @enum {string} */
                state: "queued" | "running" | "waiting" | "succeeded" | "failed" | "cancelled";
                queue: string;
                /** @description What started it: api, file, schedule or call. */
                trigger: string;
                priority: number;
                /** @description The latest attempt, 1 for the first. */
                attempt: number;
                maxAttempts: number;
                parentId: string | null;
                /**
                 * Format: uuid
                 * @description The first run of the tree; its own id for a root run.
                 */
                rootId: string;
                /** @description In the order they were given; empty for most. */
                tags: string[];
                /**
                 * Format: date-time
                 * @description Time in UTC, RFC 3339.
                 */
                createdAt: string;
                /**
                 * Format: date-time
                 * @description Not taken before this time: the start asked for, or the end of a wait between attempts.
                 */
                dueAt: string;
                /** @description First taken by a worker. */
                startedAt: string | null;
                finishedAt: string | null;
                /** @description Why it failed; of the message the first 300 characters. GET /runs/{id} has all of it. */
                error: {
                    /** @description Stable: MR_... for those of Millrace, the code or name of the error otherwise. */
                    code: string;
                    message: string;
                } | null;
                /** @description Its place among the call's inputs. */
                index: number;
                key: string | null;
                /** @description Whether it has made calls itself: GET /runs/{id}/calls lists them. */
                hasCalls: boolean;
            }[];
            /** @description Pass it as `after` for the next page; null on the last. */
            next: number | null;
        };
        CreateRun: {
            /** @description Id of a task; GET /tasks lists them. */
            task: string;
            /**
             * @description What the task is given; GET /tasks/{id} has its schema.
             * @default {}
             */
            input?: unknown;
            /**
             * @description Higher runs first within a queue.
             * @default 0
             */
            priority?: number;
            /**
             * Format: date-time
             * @description When the run is due, as far as the clocks of the machines agree.
             */
            notBefore?: string;
            /** @description GET /runs?tag=... finds it by them. Its children do not have them. */
            tags?: string[];
            /** @description While a run has the key, a further start answers that run. */
            deduplication?: {
                /** @description Of this task: another task may have the same key. */
                key: string;
                /** @description The run holds the key at least so long after its creation, ended or not. Without it: until it has ended. */
                ttl?: string;
            };
        };
        CreateRunBatch: {
            /** @description All of them are started, or none. */
            runs: components["schemas"]["CreateRun"][];
        };
        FeedList: {
            feeds: {
                id: string;
                description: string;
                fileName: string;
                /** @enum {string} */
                format: "json" | "ndjson" | "csv";
                delimiter: string | null;
                records: string;
                view: string;
                table: {
                    columns: {
                        name: string;
                        type: string;
                        nullable: boolean;
                    }[];
                    key: string[];
                    /** @enum {string} */
                    onConflict: "keep" | "refuse";
                } | null;
                quietPeriodMs: number;
            }[];
        };
        FileAccepted: {
            /** Format: uuid */
            id: string;
            name: string;
            feed: string;
            /** Format: uuid */
            runId: string;
            links: {
                self: string;
                run: string;
            };
        };
        FileDetail: {
            /** Format: uuid */
            id: string;
            name: string;
            feed: string;
            /** @enum {string} */
            state: "arrived" | "loaded" | "duplicate" | "quarantined" | "failed" | "vanished" | "unloaded" | "superseded";
            size: number;
            /** @enum {string} */
            foundBy: "event" | "scan" | "api";
            /** Format: date-time */
            foundAt: string;
            endedAt: string | null;
            /** Format: uuid */
            runId: string;
            sha256: string | null;
            counts: {
                records: number;
                loaded: number;
                unchanged: number;
                conflicting: number;
                expired: number;
                rejected: number;
                naive: number;
                extra: number;
                rows: number;
            } | null;
            duplicateOf: string | null;
            supersededBy: string | null;
            supersedes: string | null;
            reason: {
                code: string;
                message: string;
                offset?: number;
                /** @constant */
                unpacked?: true;
                line?: number;
                pointer?: string;
            } | null;
            excerpt: {
                offset: number;
                /** Format: base64 */
                raw: string;
                text: string;
            } | null;
            history: {
                /** Format: uuid */
                id: string;
                name: string;
                feed: string;
                /** @enum {string} */
                state: "arrived" | "loaded" | "duplicate" | "quarantined" | "failed" | "vanished" | "unloaded" | "superseded";
                size: number;
                /** @enum {string} */
                foundBy: "event" | "scan" | "api";
                /** Format: date-time */
                foundAt: string;
                endedAt: string | null;
                /** Format: uuid */
                runId: string;
                sha256: string | null;
                counts: {
                    records: number;
                    loaded: number;
                    unchanged: number;
                    conflicting: number;
                    expired: number;
                    rejected: number;
                    naive: number;
                    extra: number;
                    rows: number;
                } | null;
                duplicateOf: string | null;
                supersededBy: string | null;
                supersedes: string | null;
                reason: {
                    code: string;
                    message: string;
                    offset?: number;
                    /** @constant */
                    unpacked?: true;
                    line?: number;
                    pointer?: string;
                } | null;
            }[];
        };
        FileDryRun: {
            file: string;
            feed: string;
            /** @enum {string} */
            outcome: "loaded" | "duplicate" | "quarantined";
            duplicateOf: string | null;
            reason: {
                code: string;
                message: string;
                offset?: number;
                /** @constant */
                unpacked?: true;
                line?: number;
                pointer?: string;
            } | null;
            counts: {
                records: number;
                loaded: number;
                unchanged: number;
                conflicting: number;
                expired: number;
                rejected: number;
                naive: number;
                extra: number;
                rows: number;
            } | null;
            rejects: {
                index: number;
                code: string;
                message: string;
                offset: number;
                length: number;
                line: number;
                pointer: string;
            }[];
        };
        FilePage: {
            files: {
                /** Format: uuid */
                id: string;
                name: string;
                feed: string;
                /** @enum {string} */
                state: "arrived" | "loaded" | "duplicate" | "quarantined" | "failed" | "vanished" | "unloaded" | "superseded";
                size: number;
                /** @enum {string} */
                foundBy: "event" | "scan" | "api";
                /** Format: date-time */
                foundAt: string;
                endedAt: string | null;
                /** Format: uuid */
                runId: string;
                sha256: string | null;
                counts: {
                    records: number;
                    loaded: number;
                    unchanged: number;
                    conflicting: number;
                    expired: number;
                    rejected: number;
                    naive: number;
                    extra: number;
                    rows: number;
                } | null;
                duplicateOf: string | null;
                supersededBy: string | null;
                supersedes: string | null;
                reason: {
                    code: string;
                    message: string;
                    offset?: number;
                    /** @constant */
                    unpacked?: true;
                    line?: number;
                    pointer?: string;
                } | null;
            }[];
            next: string | null;
        };
        FilesReloading: {
            /** @description Files for which a run was started. */
            reloading: number;
            /** @description Files that fit too and were not reached; those that a run loads again already are none. */
            left: number;
            /** @description In the order in which the files were found. */
            runs: {
                /** Format: uuid */
                fileId: string;
                /** Format: uuid */
                runId: string;
            }[];
        };
        Problem: {
            /** @description Path of a page about this code: /docs/errors/MR_... */
            type: string;
            /** @description The same for every problem of this code. */
            title: string;
            status: number;
            /** @description Stable; match on this, never on the text. */
            code: string;
            /** @description What happened this time, and what to do. */
            detail: string;
            /** @description Id of the request, as in the logs and in x-request-id. */
            instance: string;
            errors?: {
                /** @description JSON pointer (RFC 6901) into the body; for a query, "/" and the parameter's name; of MR_RECORD_REFUSED, into the record. */
                pointer: string;
                message: string;
            }[];
            /** @description The known name that comes nearest to the unknown one. */
            nearest?: string;
            /**
             * Format: uuid
             * @description The run in whose way the request came.
             */
            runId?: string;
            /** @description For MR_NOT_READY: each check, and whether it is up, degraded or down. */
            checks?: {
                [key: string]: string;
            };
        };
        RejectPage: {
            rejects: {
                index: number;
                code: string;
                message: string;
                offset: number;
                length: number;
                line: number;
                pointer: string;
                /** Format: base64 */
                raw: string;
                text: string;
                resolution: {
                    /** Format: date-time */
                    at: string;
                    /** Format: uuid */
                    runId: string;
                    /** @enum {string} */
                    outcome: "loaded" | "unchanged" | "conflicting" | "expired";
                    text: string | null;
                } | null;
            }[];
            next: number | null;
        };
        ReloadFiles: {
            /**
             * @description Files in this state.
             * @enum {string}
             */
            state: "failed" | "quarantined" | "unloaded";
            /** @description Files that this feed took. */
            feed?: string;
            /**
             * Format: date-time
             * @description Files that came into this state at or after this time.
             */
            since?: string;
            /**
             * @description As many at most, those that are longest in the state.
             * @default 100
             */
            limit?: number;
        };
        ResubmitReject: {
            /** @description The record put right, as it would stand in the file. Without it: as it stands there. */
            text?: string;
        };
        RunAccepted: {
            /** Format: uuid */
            id: string;
            task: string;
            /** @enum {string} */
            state: "queued" | "running" | "waiting" | "succeeded" | "failed" | "cancelled";
            /** @description The run was there before, by the idempotency key or the deduplication key. */
            existing: boolean;
            links: {
                self: string;
                children: string;
            };
        };
        RunBatchAccepted: {
            /** @description In the order of the request. */
            ids: string[];
            /** @description How many were there before, by the idempotency key or a deduplication key. */
            existing: number;
        };
        RunCallPage: {
            calls: {
                /** @description Its place among the run's calls. */
                seq: number;
                /** @enum {string} */
                kind: "invoke" | "map" | "map-settled" | "step" | "start" | "branch";
                /** @description Of its children; null for steps and branches. */
                task: string | null;
                /** @description What the author named it by. */
                key: string | null;
                /** @description The attempt of the run that asked for it last. */
                attempt: number;
                /** Format: date-time */
                openedAt: string;
                /** @description When its last child ended; null until then. */
                doneAt: string | null;
                /** @description Of a branch. */
                arms: {
                    taken: string;
                    skipped: string[];
                } | null;
                /** @description Of a step that failed. */
                error: {
                    code: string;
                    message: string;
                } | null;
                /** @description Of a start: the run, a root of its own. */
                startedRunId: string | null;
                children: components["schemas"]["RunChildrenEvent"];
            }[];
            /** @description Pass it as `after` for the next page; null on the last. */
            next: number | null;
        };
        RunChildrenEvent: {
            /** @description Those that are still to be created included. */
            total: number;
            unfinished: number;
            succeeded: number;
            /** @description Failed or cancelled. */
            unsuccessful: number;
        };
        RunDetail: {
            /** Format: uuid */
            id: string;
            task: string;
            /** @enum {string} */
            state: "queued" | "running" | "waiting" | "succeeded" | "failed" | "cancelled";
            queue: string;
            /** @description What started it: api, file, schedule or call. */
            trigger: string;
            priority: number;
            /** @description The latest attempt, 1 for the first. */
            attempt: number;
            maxAttempts: number;
            parentId: string | null;
            /**
             * Format: uuid
             * @description The first run of the tree; its own id for a root run.
             */
            rootId: string;
            /** @description In the order they were given; empty for most. */
            tags: string[];
            /**
             * Format: date-time
             * @description Time in UTC, RFC 3339.
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description Not taken before this time: the start asked for, or the end of a wait between attempts.
             */
            dueAt: string;
            /** @description First taken by a worker. */
            startedAt: string | null;
            finishedAt: string | null;
            error: {
                /** @description Stable: MR_... for those of Millrace, the code or name of the error otherwise. */
                code: string;
                message: string;
                stack?: string;
                /** @description JSON pointer of the value at fault. */
                pointer?: string;
            } | null;
            input: unknown;
            /** @description null until it has succeeded. */
            result: unknown;
            progress: components["schemas"]["RunProgressEvent"];
            /** @description In order; empty until a worker has taken the run. */
            attempts: {
                attempt: number;
                /** @enum {string} */
                state: "queued" | "running" | "waiting" | "succeeded" | "failed" | "cancelled" | "lost";
                workerId: string | null;
                /**
                 * Format: date-time
                 * @description Time in UTC, RFC 3339.
                 */
                startedAt: string;
                finishedAt: string | null;
                error: {
                    /** @description Stable: MR_... for those of Millrace, the code or name of the error otherwise. */
                    code: string;
                    message: string;
                    stack?: string;
                    /** @description JSON pointer of the value at fault. */
                    pointer?: string;
                } | null;
            }[];
            /** @description GET /runs/{id}/tree shows them below their calls, GET /runs?parent={id} lists them. */
            children: {
                /** @description Those that are still to be created included. */
                total: number;
                unfinished: number;
                succeeded: number;
                /** @description Failed or cancelled. */
                unsuccessful: number;
                /** @description Those created so far, by state; null above 1,000 children, where counting them would take long. */
                byState: {
                    [key: string]: number;
                } | null;
            };
        };
        RunFeedGap: {
            /** @enum {string} */
            reason: "reconnected" | "missed";
        };
        RunHint: {
            /** Format: uuid */
            id: string;
            task: string;
            /** @enum {string} */
            state: "queued" | "running" | "waiting" | "succeeded" | "failed" | "cancelled";
            /** Format: uuid */
            root: string;
        };
        RunLogEnd: {
            /** @enum {string} */
            state: "queued" | "running" | "waiting" | "succeeded" | "failed" | "cancelled";
        };
        RunLogLine: {
            /** @description Its number within the run, in order. */
            n: number;
            attempt: number;
            /** Format: date-time */
            at: string;
            /** @enum {string} */
            level: "debug" | "info" | "warn" | "error";
            message: string;
            /** @description What was logged beside the message; null for nothing. */
            fields: unknown;
        };
        RunLogPage: {
            lines: components["schemas"]["RunLogLine"][];
            /** @description Pass it as `after` for the next page; null when no more lines are stored yet. */
            next: number | null;
        };
        RunPage: {
            runs: components["schemas"]["RunSummary"][];
            /** @description Pass it as `cursor` for the next page; null on the last. */
            next: string | null;
            /** @description The runs that were looked through for this page, when those are not all that the filters take: with `sort=duration` and `sort=queueTime` the newest, for all pages; with `error` the next ones, and `next` looks on behind them. */
            window: {
                /** @description How many runs. */
                runs: number;
                /**
                 * Format: date-time
                 * @description When the first of them was created.
                 */
                since: string;
                /**
                 * Format: date-time
                 * @description When the last of them was created.
                 */
                until: string;
            } | null;
        };
        /** @description How far the task says it is, 0 to 1; null when it never said. */
        RunProgressEvent: {
            fraction: number;
            note: string | null;
        } | null;
        RunStateEvent: {
            /** @description Rises with each move of the run. */
            number: number;
            /** @enum {string} */
            state: "queued" | "running" | "waiting" | "succeeded" | "failed" | "cancelled";
            attempt: number;
            /**
             * Format: date-time
             * @description When it came there, by the clock of the database.
             */
            at: string;
        };
        RunSummary: {
            /** Format: uuid */
            id: string;
            task: string;
            /** @enum {string} */
            state: "queued" | "running" | "waiting" | "succeeded" | "failed" | "cancelled";
            queue: string;
            /** @description What started it: api, file, schedule or call. */
            trigger: string;
            priority: number;
            /** @description The latest attempt, 1 for the first. */
            attempt: number;
            maxAttempts: number;
            parentId: string | null;
            /**
             * Format: uuid
             * @description The first run of the tree; its own id for a root run.
             */
            rootId: string;
            /** @description In the order they were given; empty for most. */
            tags: string[];
            /**
             * Format: date-time
             * @description Time in UTC, RFC 3339.
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description Not taken before this time: the start asked for, or the end of a wait between attempts.
             */
            dueAt: string;
            /** @description First taken by a worker. */
            startedAt: string | null;
            finishedAt: string | null;
            /** @description Why it failed; of the message the first 300 characters. GET /runs/{id} has all of it. */
            error: {
                /** @description Stable: MR_... for those of Millrace, the code or name of the error otherwise. */
                code: string;
                message: string;
            } | null;
        };
        RunTree: {
            /** Format: uuid */
            id: string;
            task: string;
            /** @enum {string} */
            state: "queued" | "running" | "waiting" | "succeeded" | "failed" | "cancelled";
            queue: string;
            /** @description What started it: api, file, schedule or call. */
            trigger: string;
            priority: number;
            /** @description The latest attempt, 1 for the first. */
            attempt: number;
            maxAttempts: number;
            parentId: string | null;
            /**
             * Format: uuid
             * @description The first run of the tree; its own id for a root run.
             */
            rootId: string;
            /** @description In the order they were given; empty for most. */
            tags: string[];
            /**
             * Format: date-time
             * @description Time in UTC, RFC 3339.
             */
            createdAt: string;
            /**
             * Format: date-time
             * @description Not taken before this time: the start asked for, or the end of a wait between attempts.
             */
            dueAt: string;
            /** @description First taken by a worker. */
            startedAt: string | null;
            finishedAt: string | null;
            /** @description Why it failed; of the message the first 300 characters. GET /runs/{id} has all of it. */
            error: {
                /** @description Stable: MR_... for those of Millrace, the code or name of the error otherwise. */
                code: string;
                message: string;
            } | null;
            /** @description In order; null where the tree was cut: ask for the tree of this run. */
            calls: components["schemas"]["CallNode"][] | null;
            /** @description More at /runs/{id}/calls?after={nextCall}; null when these are all. */
            nextCall: number | null;
        };
        Stats: {
            /** Format: date-time */
            from: string;
            /** Format: date-time */
            to: string;
            /** @description Those with runs in the window or on their way. */
            tasks: {
                succeeded: number;
                failed: number;
                cancelled: number;
                /** @description Now. */
                queued: number;
                /** @description Now. */
                running: number;
                /** @description Now, for children. */
                waiting: number;
                /** @description Milliseconds for which the oldest run that is due has been queued; 0: none. */
                oldestQueuedMs: number;
                /** @description Runs that ended, a second of the window. */
                perSecond: number;
                /** @description Failed of those that succeeded or failed; null: none. */
                failureRatio: number | null;
                /** @description From due to first taken by a worker. */
                queueTime: {
                    p50: number;
                    p95: number;
                    p99: number;
                } | null;
                /** @description From first taken to the end, waits for children included. */
                runTime: {
                    p50: number;
                    p95: number;
                    p99: number;
                } | null;
                task: string;
                queue: string;
            }[];
            queues: {
                succeeded: number;
                failed: number;
                cancelled: number;
                /** @description Now. */
                queued: number;
                /** @description Now. */
                running: number;
                /** @description Now, for children. */
                waiting: number;
                /** @description Milliseconds for which the oldest run that is due has been queued; 0: none. */
                oldestQueuedMs: number;
                /** @description Runs that ended, a second of the window. */
                perSecond: number;
                /** @description Failed of those that succeeded or failed; null: none. */
                failureRatio: number | null;
                /** @description From due to first taken by a worker. */
                queueTime: {
                    p50: number;
                    p95: number;
                    p99: number;
                } | null;
                /** @description From first taken to the end, waits for children included. */
                runTime: {
                    p50: number;
                    p95: number;
                    p99: number;
                } | null;
                queue: string;
                /** @description Alive, that take its runs. */
                workers: number;
            }[];
            /** @description false: more than 50,000 runs are unfinished, and their counts are of the oldest. */
            complete: boolean;
            workers: {
                /** Format: uuid */
                id: string;
                host: string;
                pid: number;
                queues: string[];
                /** Format: date-time */
                startedAt: string;
            }[];
            feeds: {
                feed: string;
                /** @description By state. */
                files: {
                    [key: string]: number;
                };
                bytes: number;
                /** @description That the loaded ones gave. */
                rows: number;
                /** @description Records of the loaded ones that could not be loaded. */
                rejects: number;
                rowsPerSecond: number;
            }[];
        };
        StatsTimeline: {
            /** Format: date-time */
            from: string;
            /** Format: date-time */
            to: string;
            stepSeconds: number;
            /** @description Every step of the window, in order. */
            steps: {
                /**
                 * Format: date-time
                 * @description When the step begins.
                 */
                at: string;
                succeeded: number;
                failed: number;
                cancelled: number;
                /** @description The most that were seen in the step; null: not looked. */
                queued: number | null;
                running: number | null;
                waiting: number | null;
                oldestQueuedMs: number | null;
            }[];
        };
        TaskDetail: {
            id: string;
            description: string | null;
            queue: string;
            /** @description JSON Schema, draft 2020-12. */
            inputSchema: {
                [key: string]: unknown;
            };
            /** @description JSON Schema, draft 2020-12. */
            resultSchema: {
                [key: string]: unknown;
            };
            retry: {
                /** @description Attempts in all, the first one included. */
                maxAttempts: number;
                /** @description Wait before the second attempt, milliseconds. */
                initialDelayMs: number;
                /** @description Each wait is the previous one times this. */
                factor: number;
                /** @description No wait is longer than this, milliseconds. */
                maxDelayMs: number;
            };
        };
        TaskList: {
            tasks: {
                id: string;
                description: string | null;
                queue: string;
            }[];
        };
    };
    responses: never;
    parameters: never;
    requestBodies: never;
    headers: never;
    pathItems: never;
}
export type $defs = Record<string, never>;
export interface operations {
    RunBatchController_create: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body give the same runs. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateRunBatch"];
            };
        };
        responses: {
            /** @description Start up to 10,000 runs: all of them, or none */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunBatchAccepted"];
                };
            };
            /** @description MR_JSON_MALFORMED, MR_IDEMPOTENCY_KEY_INVALID */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MR_IDEMPOTENCY_CONFLICT */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MR_BODY_TOO_LARGE */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MR_CONTENT_TYPE_UNSUPPORTED */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MR_REQUEST_INVALID, MR_BATCH_REFUSED */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MR_BUSY */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    RunsController_list: {
        parameters: {
            query?: {
                /** @description Runs of this task. */
                task?: string;
                /** @description Runs in one of these states: repeat it, or separate them by commas. */
                state?: ("queued" | "running" | "waiting" | "succeeded" | "failed" | "cancelled")[];
                /** @description Runs that have all of these tags: repeat it, or separate them by commas. */
                tag?: string[];
                /** @description Runs whose error has this in its code or message, in capitals or not. */
                error?: string;
                /** @description Created at or after this time. */
                createdAfter?: string;
                /** @description Created before this time. */
                createdBefore?: string;
                /** @description Children of this run. */
                parent?: string;
                /** @description true: no child runs. */
                rootOnly?: boolean;
                /** @description newest, oldest: by creation. duration, queueTime: the longest first, of those that have started or of all, among the newest 10,000 runs that the filters take. */
                sort?: "newest" | "oldest" | "duration" | "queueTime";
                /** @description Entries a page. */
                limit?: number;
                /** @description `next` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List runs */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunPage"];
                };
            };
            /** @description MR_QUERY_INVALID */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    RunsController_create: {
        parameters: {
            query?: {
                /** @description Answer once the run has ended, or after this time, 60s at most: 200 when it has ended, else 202. */
                wait?: string;
            };
            header?: {
                /** @description The same key and body give the same run. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["CreateRun"];
            };
        };
        responses: {
            /** @description Start a run of a task; with `wait`, 200 and a RunDetail when it has ended by then */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunAccepted"];
                };
            };
            /** @description MR_JSON_MALFORMED, MR_QUERY_INVALID, MR_IDEMPOTENCY_KEY_INVALID */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MR_TASK_UNKNOWN */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MR_IDEMPOTENCY_CONFLICT */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MR_BODY_TOO_LARGE */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MR_CONTENT_TYPE_UNSUPPORTED */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MR_REQUEST_INVALID, MR_INPUT_INVALID */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    RunsController_read: {
        parameters: {
            query?: {
                /** @description Answer once the run has ended, or after this time, 60s at most: 200 when it has ended, else 202. */
                wait?: string;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Everything about one run; with `wait`, 202 while it has not ended */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunDetail"];
                };
            };
            /** @description MR_QUERY_INVALID */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MR_RUN_UNKNOWN */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    RunTreeController_tree: {
        parameters: {
            query?: {
                /** @description Levels of children below the run. */
                depth?: number;
                /** @description Calls of a run at most. */
                calls?: number;
                /** @description Children of a call at most. */
                children?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description A run with its calls, the first of their children, their calls, and so on */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunTree"];
                };
            };
            /** @description MR_QUERY_INVALID */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MR_RUN_UNKNOWN */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    RunTreeController_calls: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: number;
                /** @description Entries a page. */
                limit?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The calls of a run, in order */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunCallPage"];
                };
            };
            /** @description MR_QUERY_INVALID */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MR_RUN_UNKNOWN */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    RunTreeController_children: {
        parameters: {
            query?: {
                /** @description `next` of the page before. */
                after?: number;
                /** @description Entries a page. */
                limit?: number;
            };
            header?: never;
            path: {
                seq: number;
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description The children of a call, in the order of its inputs */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["ChildRunPage"];
                };
            };
            /** @description MR_QUERY_INVALID */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MR_RUN_UNKNOWN */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    RunLogsController_list: {
        parameters: {
            query?: {
                /** @description Lines after this number. */
                after?: number;
                /** @description Lines a page; a stream has no limit. */
                limit?: number;
                /** @description Lines of this attempt alone. */
                attempt?: number;
                /** @description Lines of this severity or a higher one. */
                level?: "debug" | "info" | "warn" | "error";
                /** @description true: stream the lines, as with `Accept: text/event-stream`. */
                follow?: boolean;
            };
            header?: {
                /** @description Number of the last line seen. */
                "Last-Event-ID"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description What a run has logged, in order: a page, or as `text/event-stream` each line as it comes */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunLogPage"];
                    "text/event-stream": components["schemas"]["RunLogLine"] | components["schemas"]["RunLogEnd"];
                };
            };
            /** @description MR_QUERY_INVALID */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MR_RUN_UNKNOWN */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MR_STREAMS_EXHAUSTED */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    RunEventsController_follow: {
        parameters: {
            query?: never;
            header?: {
                /** @description Id of the last event seen: it goes on after it. */
                "Last-Event-ID"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Moves of a run, its progress and its children, as server-sent events `state`, `progress`, `children` */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["RunStateEvent"] | components["schemas"]["RunProgressEvent"] | components["schemas"]["RunChildrenEvent"];
                };
            };
            /** @description MR_RUN_UNKNOWN */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MR_STREAMS_EXHAUSTED */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    RunFeedController_follow: {
        parameters: {
            query?: {
                /** @description Runs of this task. */
                task?: string;
                /** @description Runs that stand in this state. */
                state?: "queued" | "running" | "waiting" | "succeeded" | "failed" | "cancelled";
                /** @description This run and all below it. */
                root?: string;
            };
            header?: {
                /** @description Any: the first event is then `resync`. */
                "Last-Event-ID"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Hints of runs, as server-sent events: `run` when one has moved, `resync` when some may have been missed */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "text/event-stream": components["schemas"]["RunHint"] | components["schemas"]["RunFeedGap"];
                };
            };
            /** @description MR_QUERY_INVALID */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MR_STREAMS_EXHAUSTED */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    CancelController_cancel: {
        parameters: {
            query?: never;
            header?: {
                /** @description Sent again with it, nothing is cancelled that was retried since. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Cancel a run and all that it awaits: none of them is taken by a worker after the answer */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunSummary"];
                };
            };
            /** @description MR_IDEMPOTENCY_KEY_INVALID */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MR_RUN_UNKNOWN */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MR_RUN_ENDED */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    RunRetryController_retry: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key retries the run once. */
                "Idempotency-Key"?: string;
            };
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Retry a failed or cancelled run: what it did and what succeeded below it is kept */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunAccepted"];
                };
            };
            /** @description MR_IDEMPOTENCY_KEY_INVALID */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MR_RUN_UNKNOWN */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MR_IDEMPOTENCY_CONFLICT, MR_RUN_NOT_RETRYABLE, MR_RETRY_TOO_EARLY */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    TasksController_list: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List the tasks */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskList"];
                };
            };
        };
    };
    TasksController_read: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One task, with the schemas of its input and result */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["TaskDetail"];
                };
            };
            /** @description MR_TASK_UNKNOWN */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    FilesController_list: {
        parameters: {
            query?: {
                /** @description Files that this feed took. */
                feed?: string;
                /** @description Files in one of these states: repeat it, or separate them by commas. */
                state?: ("arrived" | "loaded" | "duplicate" | "quarantined" | "failed" | "vanished" | "unloaded" | "superseded")[];
                /** @description Entries a page. */
                limit?: number;
                /** @description `next` of the page before. */
                cursor?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List arrived files, newest first */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilePage"];
                };
            };
            /** @description MR_QUERY_INVALID */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    UploadsController_upload: {
        parameters: {
            query?: {
                /** @description Name of the file, by which its feed is found: objects_detection_20240718.json */
                name?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": string;
            };
        };
        responses: {
            /** @description Upload a file; its run loads it as if it had been dropped into the inbox */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FileAccepted"];
                };
            };
            /** @description MR_QUERY_INVALID */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MR_BODY_TOO_LARGE */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MR_CONTENT_TYPE_UNSUPPORTED */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MR_FILE_NAME_UNKNOWN, MR_FILE_NAME_AMBIGUOUS */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MR_FOLDER_UNUSABLE */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MR_INBOX_NOT_MOUNTED, MR_BUSY */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    FilesController_read: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description One file and its history */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FileDetail"];
                };
            };
            /** @description MR_FILE_UNKNOWN */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    FilesController_unload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Take back exactly the rows that a loaded file gave */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunAccepted"];
                };
            };
            /** @description MR_FILE_UNKNOWN */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MR_FILE_STATE_UNFIT */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    FilesController_reload: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Load a file again that was unloaded or quarantined, or whose load failed */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunAccepted"];
                };
            };
            /** @description MR_FILE_UNKNOWN */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MR_FILE_STATE_UNFIT */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    FileReloadsController_reload: {
        parameters: {
            query?: never;
            header?: {
                /** @description The same key and body give the same answer, and start nothing again. */
                "Idempotency-Key"?: string;
            };
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/json": components["schemas"]["ReloadFiles"];
            };
        };
        responses: {
            /** @description Load many files again that failed, were quarantined or unloaded; ask again while any are left */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FilesReloading"];
                };
            };
            /** @description MR_JSON_MALFORMED, MR_IDEMPOTENCY_KEY_INVALID */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MR_IDEMPOTENCY_CONFLICT */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MR_BODY_TOO_LARGE */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MR_CONTENT_TYPE_UNSUPPORTED */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MR_REQUEST_INVALID */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    RejectsController_list: {
        parameters: {
            query?: {
                /** @description Entries a page. */
                limit?: number;
                /** @description Rejects after the record with this index: `next` of the page before. */
                after?: number;
            };
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Records of a file that could not be loaded, with their place, reason and bytes */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RejectPage"];
                };
            };
            /** @description MR_QUERY_INVALID */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MR_FILE_UNKNOWN */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    RejectsController_resubmit: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
                index: string;
            };
            cookie?: never;
        };
        requestBody?: {
            content: {
                "application/json": components["schemas"]["ResubmitReject"];
            };
        };
        responses: {
            /** @description Load a record that was set aside, as it stands in the file or put right */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunAccepted"];
                };
            };
            /** @description MR_JSON_MALFORMED */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MR_FILE_UNKNOWN, MR_REJECT_UNKNOWN */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MR_REJECT_RESOLVED */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MR_BODY_TOO_LARGE */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MR_REQUEST_INVALID, MR_RECORD_REFUSED, MR_REJECT_CUT */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    DryRunController_tryUpload: {
        parameters: {
            query?: {
                /** @description Name of the file, by which its feed is found: objects_detection_20240718.json */
                name?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody: {
            content: {
                "application/octet-stream": string;
            };
        };
        responses: {
            /** @description Say what a load of the file in the body would do; nothing of it is kept */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FileDryRun"];
                };
            };
            /** @description MR_QUERY_INVALID */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MR_TABLE_UNFIT */
            409: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MR_BODY_TOO_LARGE */
            413: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MR_CONTENT_TYPE_UNSUPPORTED */
            415: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MR_FILE_NAME_UNKNOWN, MR_FILE_NAME_AMBIGUOUS */
            422: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MR_DATABASE_RIGHT_MISSING */
            500: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
            /** @description MR_BUSY */
            503: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    DryRunController_tryFile: {
        parameters: {
            query?: never;
            header?: never;
            path: {
                id: string;
            };
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Start a run that says what a load of this file would do now, and does nothing of it */
            202: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["RunAccepted"];
                };
            };
            /** @description MR_FILE_UNKNOWN */
            404: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    FeedsController_list: {
        parameters: {
            query?: never;
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description List the kinds of file that are taken */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["FeedList"];
                };
            };
        };
    };
    StatsController_read: {
        parameters: {
            query?: {
                /** @description Length of time up to now: "15m", "1h", "7d"; 1 minute to 90 days. Above 6 hours it begins with a whole hour. */
                window?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Tasks, queues, workers and feeds in numbers, over a window up to now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["Stats"];
                };
            };
            /** @description MR_QUERY_INVALID */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
    StatsController_timeline: {
        parameters: {
            query?: {
                /** @description Length of time up to now: "15m", "1h", "7d"; 1 minute to 90 days. Above 6 hours it begins with a whole hour. */
                window?: string;
                /** @description Runs of this task alone; what is on its way is not known by task. */
                task?: string;
            };
            header?: never;
            path?: never;
            cookie?: never;
        };
        requestBody?: never;
        responses: {
            /** @description Ended runs by state, and the depth of the queues, in steps of a window up to now */
            200: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/json": components["schemas"]["StatsTimeline"];
                };
            };
            /** @description MR_QUERY_INVALID */
            400: {
                headers: {
                    [name: string]: unknown;
                };
                content: {
                    "application/problem+json": components["schemas"]["Problem"];
                };
            };
        };
    };
}
