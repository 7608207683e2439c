// SPDX-License-Identifier: MIT
#include "sniperforge/detect/launch_names.hpp"

#include <string>

#include "sniperforge/core/bytes.hpp"
#include "sniperforge/solana/sha256.hpp"

namespace sniperforge::detect {
namespace {

[[nodiscard]] std::uint64_t digest_of(std::string_view text) {
    if (text.empty()) {
        return 0;
    }
    const Hash hash =
        solana::sha256(BytesView{reinterpret_cast<const std::uint8_t*>(text.data()), text.size()});
    return read_le<std::uint64_t>(hash.bytes, 0) | 1U;  // Never the one that says unknown.
}

// Other alphabets stay as they are: their bytes are all above ASCII.
[[nodiscard]] std::string normal_name(std::string_view name) {
    std::string normal;
    for (const char each : name) {
        const auto byte = static_cast<unsigned char>(each);
        const bool is_upper = each >= 'A' && each <= 'Z';
        if (is_upper || (each >= 'a' && each <= 'z') || (each >= '0' && each <= '9') ||
            byte >= 0x80) {
            normal += is_upper ? static_cast<char>(each - 'A' + 'a') : each;
        }
    }
    return normal;
}

// Old metadata is padded with zeros.
[[nodiscard]] std::string_view normal_uri(std::string_view uri) {
    constexpr std::string_view kSpace{"\0 \t\r\n", 5};
    const auto first = uri.find_first_not_of(kSpace);
    if (first == std::string_view::npos) {
        return {};
    }
    uri = uri.substr(first, uri.find_last_not_of(kSpace) + 1 - first);
    constexpr std::string_view kGateway = "/ipfs/", kScheme = "ipfs://";
    if (uri.starts_with(kScheme)) {
        return uri.substr(kScheme.size());
    }
    const auto gateway = uri.find(kGateway);
    return gateway == std::string_view::npos ? uri : uri.substr(gateway + kGateway.size());
}

}  // namespace

LaunchNames launch_names_of(std::string_view name, std::string_view uri) {
    return {digest_of(normal_name(name)), digest_of(normal_uri(uri))};
}

LaunchLikeness likeness_of(const LaunchNames& a, const LaunchNames& b) {
    if (a.uri != 0 && a.uri == b.uri) {
        return LaunchLikeness::Uri;
    }
    return a.name != 0 && a.name == b.name ? LaunchLikeness::Name : LaunchLikeness::None;
}

}  // namespace sniperforge::detect
