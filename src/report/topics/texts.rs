//! The texts of `phguard explain` by task: the steps after a leak, the scopes that a key needs, the
//! commands that put a new key in place of the old one, and those that fetch the documents for
//! `phguard audit`.

use super::{Step, Topic};

/// The steps of docs/leaked.md.
pub(super) const LEAK: &[Topic] = &[Topic {
    names: &["leak", "leaked"],
    heading: "After a leak, in this order",
    steps: &[
        Step {
            text: "1. Find every place of the key, in all commits and on the disk:",
            lines: &["phguard --history", "phguard --files . --no-ignore"],
        },
        Step {
            text: "2. Rotate it by the steps of its kind, and put the new one in place of the old one:",
            lines: &["phguard explain phx_", "phguard explain rotate"],
        },
        Step {
            text: "3. See what was done with it. This names the pages to fetch, and the commands that read them:",
            lines: &["phguard explain audit"],
        },
        Step {
            text: "4. Take it out of the files, stage and commit. In files that are staged already, this does it:",
            lines: &["phguard fix"],
        },
        Step {
            text: "5. A history may keep a dead key: the report of the history has the line that allows it. To rewrite the history instead, take the commands of docs/leaked.md in phguard's repository. Then this finds nothing more:",
            lines: &["phguard --history"],
        },
        Step {
            text: "6. Keep it from happening again, in every clone:",
            lines: &["phguard install"],
        },
    ],
}];

/// Scopes as PostHog's API reference names them for each of its endpoints.
pub(super) const SCOPES: &[Topic] = &[
    Topic {
        names: &["dashboards", "dashboard", "insights", "insight"],
        heading: "Scopes to read dashboards and insights",
        steps: &[Step {
            text: "Read them and run their queries:",
            lines: &["insight:read dashboard:read query:read"],
        }],
    },
    Topic {
        names: &["flags", "flag", "feature-flags", "experiments"],
        heading: "Scopes for feature flags",
        steps: &[
            Step {
                text: "Read and evaluate them:",
                lines: &["feature_flag:read"],
            },
            Step {
                text: "Change them, too:",
                lines: &["feature_flag:read feature_flag:write"],
            },
        ],
    },
    Topic {
        names: &["exports", "export", "batch-exports"],
        heading: "Scopes for batch exports",
        steps: &[
            Step {
                text: "See them and their runs:",
                lines: &["batch_export:read"],
            },
            Step {
                text: "Set them up. Whoever holds such a key can send all events elsewhere:",
                lines: &["batch_export:read batch_export:write"],
            },
            Step {
                text: "Read events by a query, without an export:",
                lines: &["query:read"],
            },
        ],
    },
    Topic {
        names: &["annotations", "annotation", "deployments"],
        heading: "Scopes for annotations",
        steps: &[
            Step {
                text: "Read them:",
                lines: &["annotation:read"],
            },
            Step {
                text: "Write one at each deployment:",
                lines: &["annotation:write"],
            },
        ],
    },
    Topic {
        names: &["persons", "person", "users"],
        heading: "Scopes to look up persons",
        steps: &[
            Step {
                text: "Read them:",
                lines: &["person:read"],
            },
            Step {
                text: "By a query:",
                lines: &["query:read"],
            },
        ],
    },
    Topic {
        names: &["activity", "activity-log"],
        heading: "Scopes for the activity log",
        steps: &[Step {
            text: "Read it:",
            lines: &["activity_log:read"],
        }],
    },
];

/// Places of a deployed key. The key goes through standard input where the tool reads it: the
/// arguments of a command can be seen by others on the machine.
pub(super) const PLACES: &[Topic] = &[
    Topic {
        names: &["vercel"],
        heading: "Vercel",
        steps: &[Step {
            text: "Replace it (for `preview` likewise), and deploy: a deployment keeps its old variables.",
            lines: &[
                "printf %s \"$NEW_KEY\" | vercel env add POSTHOG_PERSONAL_API_KEY production --force --sensitive",
                "vercel --prod",
            ],
        }],
    },
    Topic {
        names: &["github", "github-actions", "actions", "gh"],
        heading: "GitHub Actions",
        steps: &[
            Step {
                text: "Replace it. The next run of a workflow has it.",
                lines: &["printf %s \"$NEW_KEY\" | gh secret set POSTHOG_PERSONAL_API_KEY"],
            },
            Step {
                text: "If it is the secret of an environment or of the organization:",
                lines: &[
                    "printf %s \"$NEW_KEY\" | gh secret set POSTHOG_PERSONAL_API_KEY --env production",
                    "printf %s \"$NEW_KEY\" | gh secret set POSTHOG_PERSONAL_API_KEY --org ORGANIZATION",
                ],
            },
        ],
    },
    Topic {
        names: &["kubernetes", "k8s", "kubectl"],
        heading: "Kubernetes",
        steps: &[Step {
            text: "Replace it in the secret `posthog`, of which the other entries stay, and restart what reads it:",
            lines: &[
                "printf '{\"stringData\":{\"POSTHOG_PERSONAL_API_KEY\":\"%s\"}}' \"$NEW_KEY\" | kubectl patch secret posthog --patch-file /dev/stdin",
                "kubectl rollout restart deployment/APP && kubectl rollout status deployment/APP",
            ],
        }],
    },
    Topic {
        names: &["heroku"],
        heading: "Heroku",
        steps: &[Step {
            text: "Replace it. Heroku takes it as an argument only, and restarts the app by itself.",
            lines: &[
                "heroku config:set POSTHOG_PERSONAL_API_KEY=\"$NEW_KEY\" --app APP >/dev/null",
            ],
        }],
    },
    Topic {
        names: &["netlify"],
        heading: "Netlify",
        steps: &[Step {
            text: "Replace it. Netlify takes it as an argument only, and a secret needs a context. Then deploy: functions keep their old variables.",
            lines: &[
                "netlify env:set POSTHOG_PERSONAL_API_KEY \"$NEW_KEY\" --secret --context production --force >/dev/null",
                "netlify deploy --build --prod",
            ],
        }],
    },
    Topic {
        names: &["fly", "fly.io", "flyctl"],
        heading: "Fly.io",
        steps: &[Step {
            text: "Replace it. The machines are restarted.",
            lines: &[
                "printf 'POSTHOG_PERSONAL_API_KEY=%s\\n' \"$NEW_KEY\" | fly secrets import --app APP",
            ],
        }],
    },
    Topic {
        names: &["doppler"],
        heading: "Doppler",
        steps: &[Step {
            text: "Replace it. `--silent` keeps it off the screen.",
            lines: &[
                "printf %s \"$NEW_KEY\" | doppler secrets set POSTHOG_PERSONAL_API_KEY --silent --config prd",
            ],
        }],
    },
    Topic {
        names: &["1password", "op"],
        heading: "1Password",
        steps: &[
            Step {
                text: "Replace it in the item `posthog`. 1Password takes it as an argument only.",
                lines: &[
                    "op item edit posthog --vault VAULT \"credential[concealed]=$NEW_KEY\" >/dev/null",
                ],
            },
            Step {
                text: "Programs get it without a file:",
                lines: &[
                    "POSTHOG_PERSONAL_API_KEY=op://VAULT/posthog/credential op run -- ./program",
                ],
            },
        ],
    },
];

/// `PersonalApiKeySelfAccessPermission` in PostHog's `posthog/api/personal_api_key.py` lets a key
/// read itself only: the list is for the browser.
pub(super) const AUDIT: &[Topic] = &[Topic {
    names: &["audit"],
    heading: "The documents for `phguard audit`",
    steps: &[
        Step {
            text: "All your personal keys: PostHog gives the list to a logged-in browser only. Open this page there and save it as keys.json:",
            lines: &[
                "HOST/api/personal_api_keys/?format=json",
                "phguard audit keys.json",
            ],
        },
        Step {
            text: "One key, by itself; it needs no scope:",
            lines: &[
                "curl -sS -H \"Authorization: Bearer $KEY\" HOST/api/personal_api_keys/@current/ | phguard audit",
            ],
        },
        Step {
            text: "The secret keys of a project, with a key of yours that has the scope project:read:",
            lines: &[
                "curl -sS -H \"Authorization: Bearer $NEW_KEY\" HOST/api/projects/PROJECT_ID/project_secret_api_keys/ | phguard audit",
            ],
        },
        Step {
            text: "The activity log of a project since a leak, with a key that has the scope activity_log:read. It comes in pages; phguard says if one is missing:",
            lines: &[
                "curl -sS -H \"Authorization: Bearer $NEW_KEY\" HOST/api/projects/PROJECT_ID/activity_log/ | phguard audit --since DATE",
            ],
        },
        Step {
            text: "That of the organization, in which members and most keys are filed; only its admins and owners can read it:",
            lines: &[
                "curl -sS -H \"Authorization: Bearer $NEW_KEY\" HOST/api/organizations/ORGANIZATION_ID/advanced_activity_logs/ | phguard audit --since DATE",
            ],
        },
        Step {
            text: "Tell which of your keys is where, in the files and in the history:",
            lines: &[
                "phguard --files . --no-ignore --format json >files.json",
                "phguard --history --format json >history.json",
                "phguard audit keys.json --with files.json --with history.json",
            ],
        },
    ],
}];
