// SPDX-License-Identifier: MIT
#include "sniperforge/engine/creator_file.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sniperforge/engine/archive.hpp"
#include "sniperforge/journal/whole_file.hpp"

namespace sniperforge::engine {
namespace {

// Of the lists of parts in engine/archive.hpp: whoever changes one of creators raises it, and what
// is of another version begins anew.
constexpr std::uint32_t kVersion = 1;
// As many creators as are remembered, each with as many tokens: some 12 MB.
constexpr journal::WholeFileForm kForm{
    {'S', 'F', 'C', 'R', 'E', 'A', 'T', '\n'}, kVersion, std::uint64_t{16} << 20U};
// There are no monotonic times in it.
constexpr Duration kNoClock{0};

[[nodiscard]] std::string path_in(const std::string& state_dir) {
    return state_dir + "/creators.sfc";
}

[[nodiscard]] bool is_within_bounds(const CreatorBook& book) {
    return book.creators.size() <= detect::CreatorHistory::kCreatorsMax &&
           std::ranges::all_of(book.creators, [](const detect::CreatorRecord& record) {
               return record.tokens.size() <= detect::CreatorRecord::kTokensMax;
           });
}

}  // namespace

CreatorsRead read_creators(const std::string& state_dir) {
    CreatorsRead read;
    const std::string path = path_in(state_dir);
    const auto content = journal::read_whole_file(path, kForm);
    if (!content) {
        read.problem = content.error().text;
        return read;
    }
    if (!*content) {
        return read;
    }
    ArchiveReader reader{**content, kNoClock, kVersion};
    reader(read.book);
    if (!reader.is_complete() || !is_within_bounds(read.book)) {
        read.book = {};
        read.problem =
            fmt::format("reading {}: its parts are not those of version {}", path, kVersion);
    }
    return read;
}

Result<void> write_creators(const std::string& state_dir, const CreatorBook& book) {
    ArchiveWriter writer{kNoClock};
    writer(book);
    return journal::write_whole_file(path_in(state_dir), kForm, writer.bytes());
}

}  // namespace sniperforge::engine
