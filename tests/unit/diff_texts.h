#ifndef WEIR_TESTS_UNIT_DIFF_TEXTS_H
#define WEIR_TESTS_UNIT_DIFF_TEXTS_H
/* diff_texts: what the sample migration of test_diff.c prints as. */

#define SENTENCES \
"table goals added\n" \
"table sessions_old dropped\n" \
"column lessons.device default 'phone' -> 'web'\n" \
"column lessons.duration type text -> integer\n" \
"column users.bio dropped\n" \
"column users.username renamed to display_name\n" \
"column users.plan added\n" \
"check lessons lessons_score_check definition changed\n" \
"foreign key lessons (deck_id) -> decks(id) on delete CASCADE -> SET NULL\n" \
"index users_email_unique added\n" \
"view deck_stats definition changed\n"

#define STAT \
"1 table added, 1 dropped\n" \
"1 column added, 1 dropped, 2 changed, 1 renamed\n" \
"1 check changed\n" \
"1 foreign key changed\n" \
"1 index added\n" \
"1 view changed\n"

#define UNIFIED \
"--- db\n" \
"+++ migrations\n" \
"\n" \
"+ goals\n" \
"+   id            integer  pk  not null\n" \
"+   user_id       integer  not null\n" \
"+   kind          text     not null  default 'daily'\n" \
"+   unique (user_id, kind)\n" \
"+   FK user_id → users.id  on delete cascade\n" \
"+   index goals_user_idx  (user_id)\n" \
"\n" \
"  lessons\n" \
"    … 5 columns unchanged\n" \
"~   duration      text → integer\n" \
"    score         real\n" \
"~   device        text     not null  default 'phone' → default 'web'\n" \
"-   check lessons_score_check  \"lessons\".\"score\" between 0 and 100\n" \
"+   check lessons_score_check  \"lessons\".\"score\" between 0 and 1\n" \
"~   FK deck_id → decks.id  on delete cascade → on delete set null\n" \
"    … 1 foreign key, 2 indexes, 1 trigger unchanged\n" \
"\n" \
"- sessions_old  strict\n" \
"-   token         text     pk  not null\n" \
"\n" \
"  users\n" \
"    id            integer  pk  not null\n" \
"~   email         text     not null  +unique\n" \
">   username → display_name  text\n" \
"-   bio           text\n" \
"    … 3 columns unchanged\n" \
"+   plan          text     not null  default 'free'\n" \
"+   index users_email_unique  (email)  unique\n" \
"\n" \
"  deck_stats  view\n" \
"-   CREATE VIEW deck_stats AS select d.id, count(c.id) as cards from decks d left join cards c on c.deck_id = d.id group by d.id\n" \
"+   CREATE VIEW deck_stats AS select d.id, count(c.id) as cards, round(avg(c.ease), 2) as mean_ease from decks d left join cards c on c.deck_id = d.id group by d.id\n"

#define SIDE_120 \
"NOW  live database                                         │  AFTER  run on a clone\n" \
"───────────────────────────────────────────────────────────┼────────────────────────────────────────────────────────────\n" \
"                                                           │+ goals\n" \
"                                                           │+   id            integer  pk  not null\n" \
"                                                           │+   user_id       integer  not null\n" \
"                                                           │+   kind          text     not null  default 'daily'\n" \
"                                                           │+   unique (user_id, kind)\n" \
"                                                           │+   FK user_id → users.id  on delete cascade\n" \
"                                                           │+   index goals_user_idx  (user_id)\n" \
"                                                           │\n" \
"lessons                                                    │  lessons\n" \
"  … 5 columns unchanged                                    │    …\n" \
"  duration      text                                       │~   duration      integer\n" \
"  score         real                                       │    score         real\n" \
"  device        text     not null  default 'phone'         │~   device        text     not null  default 'web'\n" \
"  check lessons_score_check  \"lessons\".\"score\" between 0   │~   check lessons_score_check  \"lessons\".\"score\" between 0\n" \
"      and 100                                              │        and 1\n" \
"  FK deck_id → decks.id  on delete cascade                 │~   FK deck_id → decks.id  on delete set null\n" \
"  … 1 foreign key, 2 indexes, 1 trigger unchanged          │    …\n" \
"                                                           │\n" \
"sessions_old  strict                                       │-\n" \
"  token         text     pk  not null                      │-\n" \
"                                                           │\n" \
"users                                                      │  users\n" \
"  id            integer  pk  not null                      │    id            integer  pk  not null\n" \
"  email         text     not null                          │~   email         text     not null  unique\n" \
"  username      text                                       │>   display_name  text\n" \
"  bio           text                                       │-\n" \
"  … 3 columns unchanged                                    │    …\n" \
"                                                           │+   plan          text     not null  default 'free'\n" \
"                                                           │+   index users_email_unique  (email)  unique\n" \
"                                                           │\n" \
"deck_stats  view                                           │  deck_stats  view\n" \
"  CREATE VIEW deck_stats AS select d.id, count(c.id) as    │~   CREATE VIEW deck_stats AS select d.id, count(c.id) as\n" \
"      cards from decks d left join cards c on c.deck_id =  │        cards, round(avg(c.ease), 2) as mean_ease from decks\n" \
"      d.id group by d.id                                   │        d left join cards c on c.deck_id = d.id group by\n" \
"                                                           │        d.id\n"

#define SIDE_64 \
"NOW                            │  AFTER\n" \
"───────────────────────────────┼────────────────────────────────\n" \
"                               │+ goals\n" \
"                               │+   id            integer  pk\n" \
"                               │        not null\n" \
"                               │+   user_id       integer\n" \
"                               │        not null\n" \
"                               │+   kind          text\n" \
"                               │        not null\n" \
"                               │        default 'daily'\n" \
"                               │+   unique (user_id, kind)\n" \
"                               │+   FK user_id → users.id\n" \
"                               │        on delete cascade\n" \
"                               │+   index goals_user_idx\n" \
"                               │        (user_id)\n" \
"                               │\n" \
"lessons                        │  lessons\n" \
"  … 5 columns unchanged        │    …\n" \
"  duration      text           │~   duration      integer\n" \
"  … 1 column unchanged         │    …\n" \
"  device        text           │~   device        text\n" \
"      not null                 │        not null  default 'web'\n" \
"      default 'phone'          │\n" \
"  check lessons_score_check    │~   check lessons_score_check\n" \
"      \"lessons\".\"score\"        │        \"lessons\".\"score\"\n" \
"      between 0 and 100        │        between 0 and 1\n" \
"  FK deck_id → decks.id        │~   FK deck_id → decks.id\n" \
"      on delete cascade        │        on delete set null\n" \
"  … 1 foreign key, 2 indexes,  │    …\n" \
"      1 trigger unchanged      │\n" \
"                               │\n" \
"sessions_old  strict           │-\n" \
"  token         text     pk    │-\n" \
"      not null                 │\n" \
"                               │\n" \
"users                          │  users\n" \
"  … 1 column unchanged         │    …\n" \
"  email         text           │~   email         text\n" \
"      not null                 │        not null  unique\n" \
"  username      text           │>   display_name  text\n" \
"  bio           text           │-\n" \
"  … 3 columns unchanged        │    …\n" \
"                               │+   plan          text\n" \
"                               │        not null  default 'free'\n" \
"                               │+   index users_email_unique\n" \
"                               │        (email)  unique\n" \
"                               │\n" \
"deck_stats  view               │  deck_stats  view\n" \
"  CREATE VIEW deck_stats AS    │~   CREATE VIEW deck_stats AS\n" \
"      select d.id, count(c.id) │        select d.id, count(c.id)\n" \
"      as cards from decks d    │        as cards,\n" \
"      left join cards c on     │        round(avg(c.ease), 2) as\n" \
"      c.deck_id = d.id group   │        mean_ease from decks d\n" \
"      by d.id                  │        left join cards c on\n" \
"                               │        c.deck_id = d.id group\n" \
"                               │        by d.id\n"

#endif
