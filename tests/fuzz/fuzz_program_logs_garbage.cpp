// SPDX-License-Identifier: MIT
// Log lines come from strangers, programs and nodes alike: any are read to their end, and what a
// program prints is never taken for another program's, whatever it prints.
#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "fuzz_target.hpp"
#include "sniperforge/dex/logged_creations.hpp"
#include "sniperforge/solana/program_logs.hpp"

namespace sniperforge::dex {
namespace {

std::vector<std::string_view> lines_of(std::string_view text) {
    std::vector<std::string_view> lines;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        lines.push_back(text.substr(0, end));
        text.remove_prefix(std::min(end + 1, text.size()));
    }
    return lines;
}

void check(std::string_view input) {
    const std::vector<std::string_view> lines = lines_of(input);
    solana::ProgramLogs logs{lines};
    std::size_t told = 0;
    while (const auto line = logs.next()) {
        SF_ASSERT(!line->program.empty());
        ++told;
    }
    SF_ASSERT(told <= lines.size());
    SF_ASSERT(!logs.next());
    const LoggedCreations said = read_creations(lines);
    SF_ASSERT(said.named.size() <= lines.size());

    // The same, printed by a program that is no venue's.
    constexpr std::string_view kForeign = "MemoSq4gqABAXKb96qnH8TysNcWxMyWCqXgDLGmfcHr";
    std::vector<std::string> printed{
        std::string{"Program "}.append(kForeign).append(" invoke [1]")};
    for (const std::string_view line : lines) {
        printed.push_back(std::string{"Program log: "}.append(line));
    }
    const std::vector<std::string_view> forged{printed.begin(), printed.end()};
    SF_ASSERT(!read_creations(forged).is_any() && !read_creations(forged).is_cut);
}

}  // namespace
}  // namespace sniperforge::dex

SF_FUZZ_TARGET {
    sniperforge::dex::check({reinterpret_cast<const char*>(data), size});
    return 0;
}
