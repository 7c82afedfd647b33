/*
 * test_canary.c - programs that leave identifiers behind are found out, each in its way, and those that do not
 * are not suspected. The programs are shell scripts in elig-lookup's place.
 */
#include "test.h"

#include <sodium.h>

#include "canary_act.h"
#include "canary_stage.h"
#include "trace.h"

#define MEMORY (UINT64_C(64) << 20)

static struct canary_stage stage;
static int may_follow;

static int make_stage(void **state)
{
    const struct audit audit = {.programs = test_folder(), .tmpdir = test_folder()};
    if (test_folder_make(state) != 0)
        return -1;
    test_write_text(test_path("elig-build"), "#!/bin/sh\nexit 0\n");
    test_write_text(test_path("elig-lookup"), "#!/bin/sh\nexit 0\n");
    if (chmod(test_path("elig-build"), 0755) != 0 || chmod(test_path("elig-lookup"), 0755) != 0)
        return -1;
    return canary_stage_make(&stage, &audit) == EXIT_DONE ? 0 : -1;
}

static int clear_stage(void **state)
{
    canary_stage_clear(&stage);
    return test_folder_remove(state);
}

/* Plays a scene in which elig-lookup is this script. It is given an identifier on standard input, and has the
 * folder $1 to write to. */
static struct canary_act play_scene(const char *script, const struct scene *given)
{
    const struct canary_search terms = {.stage = &stage, .memory = MEMORY, .threads = 1};
    struct scene *scene = malloc(sizeof *scene); /* lives as long as the act; freed with it */
    struct canary_act act;
    char text[2048];
    assert_non_null(scene);
    *scene = *given;
    scene->key = "test";
    scene->title = "is a script";
    scene->program = SCENE_LOOKUP;
    scene->arguments[0] = "@out";
    snprintf(text, sizeof text, "#!/bin/sh\n%s\n", script);
    test_write_text(test_path("elig-lookup"), text);
    assert_int_equal(canary_act_play(&act, scene, &terms, may_follow), EXIT_DONE);
    assert_int_equal(act.is_complete, 1);
    return act;
}

static struct canary_act play(const char *script)
{
    static const struct scene plain = {.input = SCENE_EMAIL};
    return play_scene(script, &plain);
}

static void end(struct canary_act *act)
{
    free((void *)(uintptr_t)act->scene);
    canary_act_free(act);
}

static int notes(const struct canary_act *act, enum check check)
{
    int count = 0;
    for (size_t i = 0; i < act->note_count; i++) {
        count += act->notes[i].check == check;
        assert_null(strstr(act->notes[i].text, stage.people.persons[0].email));
    }
    return count;
}

/* What nobody may be suspected of; a shell's memory aside, which is not wiped. */
static void assert_clean(const struct canary_act *act)
{
    assert_int_equal(act->found[EVIDENCE_OUTPUT], 0);
    assert_int_equal(act->found[EVIDENCE_FILE], 0);
    assert_int_equal(act->found[EVIDENCE_PROCESS], 0);
    assert_int_equal(act->writes_elsewhere, 0);
    assert_int_equal(act->sockets_unasked, 0);
    assert_int_equal(act->is_wrong, 0);
}

static void a_program_that_leaves_nothing_is_not_suspected(void **state)
{
    (void)state;
    struct canary_act act = play("read -r line; echo eligible; echo said >&2; echo 17 > \"$1/report\"");
    assert_clean(&act);
    assert_true(act.needles > 1000);
    assert_true(act.bytes[EVIDENCE_OUTPUT] > 0);
    assert_int_equal(act.writes, may_follow ? 1 : 0);
    end(&act);
}

static void an_identifier_that_is_repeated_is_found(void **state)
{
    (void)state;
    static const char *const scripts[] = {"cat",
                                          "cat >&2",
                                          "cat > \"$1/report\"",
                                          "base64",
                                          "base64 >&2",
                                          "od -An -tx1 | tr -d ' \\n'",
                                          "rev",
                                          "tr a-z A-Z",
                                          "iconv -t UTF-16LE",
                                          "tr -d '\\n' | md5sum",
                                          "tr -d '\\n' | sha256sum",
                                          "cut -d@ -f1",
                                          "cut -d@ -f2"};
    for (size_t i = 0; i < LENGTH(scripts); i++) {
        struct canary_act act = play(scripts[i]);
        if (act.found[EVIDENCE_OUTPUT] == 0)
            fail_msg("'%s' was not found out", scripts[i]);
        assert_true(notes(&act, CHECK_CANARY_OUTPUT) > 0);
        end(&act);
    }
}

static void a_file_elsewhere_is_found_though_it_is_gone(void **state)
{
    (void)state;
    char script[4 * TEST_PATH_MAX];
    if (!may_follow)
        skip();
    snprintf(script, sizeof script, "cat > '%s/elsewhere'; rm '%s/elsewhere'", test_folder(), test_folder());
    struct canary_act act = play(script);
    assert_true(act.found[EVIDENCE_FILE] > 0);
    assert_true(act.writes_elsewhere > 0);
    assert_true(notes(&act, CHECK_CANARY_FILES) > 0);
    assert_true(notes(&act, CHECK_CANARY_WRITES) > 0);
    end(&act);
}

static void a_file_that_was_asked_for_is_found_though_it_was_emptied(void **state)
{
    (void)state;
    if (!may_follow)
        skip();
    struct canary_act act = play("{ cat; : > \"$1/brief\"; } > \"$1/brief\"");
    assert_true(act.found[EVIDENCE_FILE] > 0);
    end(&act);
    act = play("read -r line; ln -s \"$line\" \"$1/link\"; rm \"$1/link\"");
    assert_true(act.found[EVIDENCE_FILE] > 0);
    end(&act);
}

static void a_file_that_is_left_is_found(void **state)
{
    (void)state;
    struct canary_act act = play("cat > \"$TMPDIR/left\"");
    assert_true(act.found[EVIDENCE_FILE] > 0);
    assert_true(act.writes_elsewhere > 0);
    end(&act);
    char *path = canary_stage_argument(&stage, "@tmp/left");
    assert_int_equal(unlink(path), 0);
    free(path);
}

static void a_file_called_after_somebody_is_found_and_not_named(void **state)
{
    (void)state;
    struct canary_act act =
        play("read -r line; : > \"$TMPDIR/$line\"; mv \"$TMPDIR/$line\" \"$1/\"; rm \"$1/$line\"");
    if (may_follow) {
        assert_true(act.found[EVIDENCE_FILE] > 0);
        assert_true(notes(&act, CHECK_CANARY_WRITES) > 0);
    }
    end(&act);
}

static void an_environment_and_a_command_line_are_searched(void **state)
{
    (void)state;
    if (!may_follow)
        skip();
    struct canary_act act = play("read -r line; export line; exec /bin/sh -c 'exit 0'");
    assert_true(act.found[EVIDENCE_PROCESS] > 0);
    end(&act);
    act = play("read -r line; exec /bin/sh -c 'exit 0' \"$line\"");
    assert_true(act.found[EVIDENCE_PROCESS] > 0);
    end(&act);
    act = play("read -r line; exec /bin/sh -c 'exec env -i true' \"$line\"");
    assert_true(act.found[EVIDENCE_PROCESS] > 0);
    end(&act);
    act = play("read -r line; (export line; exec /bin/sh -c 'exec env -i true')");
    assert_true(act.found[EVIDENCE_PROCESS] > 0);
    end(&act);
}

static void what_a_program_has_in_its_memory_is_found(void **state)
{
    (void)state;
    if (!may_follow)
        skip();
    struct canary_act act = play("read -r line; exit 0");
    assert_clean(&act);
    assert_true(act.found[EVIDENCE_MEMORY] > 0);
    end(&act);
}

static void a_secret_is_searched_for_outside_its_folder(void **state)
{
    (void)state;
    static const struct scene keygen = {.flags = SCENE_MAKES_KEYS};
    char script[4 * TEST_PATH_MAX];
    snprintf(
        script, sizeof script,
        "umask 077; echo 'elig-secret-1 00112233445566778899aabbccddeeff0123456789abcdef0123456789abcdef' > "
        "'%s/keys/secret'",
        stage.folder);
    struct canary_act act = play_scene(script, &keygen);
    assert_clean(&act);
    end(&act);
    snprintf(script, sizeof script, "cat '%s/keys/secret'", stage.folder);
    act = play(script);
    assert_int_equal(act.found[EVIDENCE_OUTPUT], 1);
    end(&act);
    char *path = canary_stage_argument(&stage, "@keys/secret");
    assert_int_equal(unlink(path), 0);
    free(path);
}

static void what_is_not_as_documented_is_said(void **state)
{
    (void)state;
    static const struct scene answered = {.input = SCENE_EMAIL, .code = 1, .answer = "not listed\n"};
    struct canary_act act = play_scene("echo 'not listed'; exit 1", &answered);
    assert_clean(&act);
    end(&act);
    act = play_scene("echo 'not listed'; exit 0", &answered);
    assert_int_equal(act.is_wrong, 1);
    assert_int_equal(act.code, 0);
    end(&act);
    act = play_scene("echo 'not listed'; echo and more; exit 1", &answered);
    assert_int_equal(act.is_wrong, 1);
    assert_int_equal(notes(&act, CHECK_CANARY_OUTPUT), 1);
    end(&act);
}

static void the_control_is_found_wherever_one_looks(void **state)
{
    (void)state;
    const struct canary_search terms = {.stage = &stage, .memory = MEMORY, .threads = 1};
    struct canary_act act;
    assert_int_equal(canary_act_play(&act, &scene_control, &terms, may_follow), EXIT_DONE);
    assert_true(act.found[EVIDENCE_OUTPUT] > 0);
    for (unsigned sort = 0; may_follow && sort < EVIDENCE_SORT_COUNT; sort++)
        assert_true(act.found[sort] > 0);
    canary_act_free(&act);
}

static void the_folder_is_removed_with_all_that_is_in_it(void **state)
{
    (void)state;
    const struct audit audit = {.programs = test_folder(), .tmpdir = test_folder()};
    struct canary_stage other;
    unsigned before = test_entries_in(test_folder());
    assert_int_equal(canary_stage_make(&other, &audit), EXIT_DONE);
    assert_int_equal(test_entries_in(test_folder()), before + 1);
    char *deeper = canary_stage_argument(&other, "@out/deeper");
    assert_int_equal(mkdir(deeper, 0700), 0);
    free(deeper);
    canary_stage_clear(&other);
    assert_int_equal(test_entries_in(test_folder()), before);
}

static void programs_that_are_not_there_are_an_error(void **state)
{
    (void)state;
    const struct audit audit = {.programs = "/nowhere", .tmpdir = test_folder()};
    struct canary_stage other;
    unsigned before = test_entries_in(test_folder());
    assert_int_equal(canary_stage_make(&other, &audit), EXIT_CANNOT);
    canary_stage_clear(&other);
    assert_int_equal(test_entries_in(test_folder()), before);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_program_that_leaves_nothing_is_not_suspected),
        cmocka_unit_test(an_identifier_that_is_repeated_is_found),
        cmocka_unit_test(a_file_elsewhere_is_found_though_it_is_gone),
        cmocka_unit_test(a_file_that_was_asked_for_is_found_though_it_was_emptied),
        cmocka_unit_test(a_file_that_is_left_is_found),
        cmocka_unit_test(a_file_called_after_somebody_is_found_and_not_named),
        cmocka_unit_test(an_environment_and_a_command_line_are_searched),
        cmocka_unit_test(what_a_program_has_in_its_memory_is_found),
        cmocka_unit_test(a_secret_is_searched_for_outside_its_folder),
        cmocka_unit_test(what_is_not_as_documented_is_said),
        cmocka_unit_test(the_control_is_found_wherever_one_looks),
        cmocka_unit_test(the_folder_is_removed_with_all_that_is_in_it),
        cmocka_unit_test(programs_that_are_not_there_are_an_error),
    };
    if (sodium_init() < 0)
        return 1;
    may_follow = trace_is_allowed();
    if (!may_follow)
        print_message("programs cannot be followed here, so some of this is skipped\n");
    return cmocka_run_group_tests(tests, make_stage, clear_stage);
}
