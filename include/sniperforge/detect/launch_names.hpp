// SPDX-License-Identifier: MIT
// What a token calls itself, made comparable: who launches one story again and again changes the
// key that he launches with, more rarely the name and the picture. Digests, because names are bytes
// that strangers choose, of any length.
#pragma once

#include <cstdint>
#include <string_view>

namespace sniperforge::detect {

// Zero: unknown, and like nothing.
struct LaunchNames {
    std::uint64_t name = 0, uri = 0;
    [[nodiscard]] bool operator==(const LaunchNames&) const = default;
};

// Of the name count letters and digits, in whatever case; of a URI of IPFS the content that it
// names, whichever gateway serves it. The symbol does not count: few letters meet by chance.
[[nodiscard]] LaunchNames launch_names_of(std::string_view name, std::string_view uri);

enum class LaunchLikeness : std::uint8_t { None, Name, Uri };
// The URI before the name: two files with one address are one file.
[[nodiscard]] LaunchLikeness likeness_of(const LaunchNames& a, const LaunchNames& b);

}  // namespace sniperforge::detect
