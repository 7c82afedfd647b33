/* SPDX-License-Identifier: Apache-2.0 */
/*
 * batch.cpp - a long-lived program in C++: opens an index once, then looks many identifiers up in one call.
 *
 *     c++ -o batch batch.cpp $(pkg-config --cflags --libs elig)
 *     ./batch INDEX SECRET KIND < IDENTIFIERS
 *
 * One identifier a line, with tabs between the parts of a composite.
 * Any number of threads may call elig_lookup_batch() on one handle at once.
 */
#include <ctime>
#include <elig.h>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace
{

struct closer {
    void operator()(elig *index) const
    {
        elig_close(index);
    }
};
using index_handle = std::unique_ptr<elig, closer>;

void check(int error, const std::string &what)
{
    if (error != 0)
        throw std::runtime_error(what + ": " + elig_text(error));
}

index_handle open_index(const char *path, const char *secret_path)
{
    uint8_t secret[ELIG_KEY_BYTES];
    elig_options options = ELIG_OPTIONS_INIT;
    elig *index = nullptr;
    check(elig_key_read(secret_path, ELIG_KEY_SECRET, secret), secret_path);
    options.check = ELIG_CHECK_FIRST_USE; // a server: the tree is kept in memory, leaves are checked once
    options.secret = secret;
    int error = elig_open(path, &options, &index);
    for (volatile uint8_t &byte : secret) // the index has a copy
        byte = 0;
    check(error, path);
    return index_handle(index);
}

// Adds the parts of a line, one text for each: elig_lookup_batch() finds the next identifier by their number.
void add_parts(std::vector<struct elig_text> &texts, const std::string &line, size_t part_count)
{
    size_t from = 0;
    for (size_t part = 1; part <= part_count; part++) {
        size_t tab = line.find('\t', from);
        if ((tab == std::string::npos) != (part == part_count))
            throw std::runtime_error("a line has another number of parts than the kind has");
        size_t end = part == part_count ? line.size() : tab;
        texts.push_back({line.data() + from, end - from});
        from = end + 1;
    }
}

} // namespace

int main(int argc, char **argv)
try {
    if (argc != 4) {
        std::cerr << "usage: batch INDEX SECRET KIND < IDENTIFIERS\n";
        return 2;
    }
    const index_handle index = open_index(argv[1], argv[2]);
    unsigned kind = 0;
    check(elig_kind(index.get(), argv[3], &kind), argv[3]);
    struct elig_info info = {}; // "struct": elig_info and elig_text are functions, too
    info.size = sizeof info;
    check(elig_info(index.get(), &info), argv[1]);
    const size_t part_count = info.kinds[kind].part_count;

    std::vector<std::string> lines;
    for (std::string line; std::getline(std::cin, line);)
        lines.push_back(line);
    std::vector<struct elig_text> texts;
    for (const std::string &line : lines)
        add_parts(texts, line, part_count);
    std::vector<elig_answer> answers(lines.size());
    check(elig_lookup_batch(index.get(), kind, texts.data(), part_count, lines.size(), std::time(nullptr),
                            answers.data()),
          "look up");

    for (const elig_answer &answer : answers)
        std::cout << elig_text(answer.verdict) << (answer.label != nullptr ? "\t" : "")
                  << (answer.label != nullptr ? answer.label : "") << '\n';
    return 0;
} catch (const std::exception &error) {
    std::cerr << error.what() << '\n';
    return 1;
}
