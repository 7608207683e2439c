// SPDX-License-Identifier: MIT
#include "sim/derived.hpp"

#include <string>
#include <unordered_map>

#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::sim {

solana::ProgramAddress derived(std::initializer_list<BytesView> seeds, const Pubkey& program) {
    constexpr std::size_t kKeptMax = 65'536;
    thread_local std::unordered_map<std::string, solana::ProgramAddress> kept;
    std::string key{program.bytes.begin(), program.bytes.end()};
    for (const BytesView seed : seeds) {
        key.push_back(static_cast<char>(seed.size()));  // A seed has 32 bytes at most.
        key.append(seed.begin(), seed.end());
    }
    if (const auto found = kept.find(key); found != kept.end()) {
        return found->second;
    }
    if (kept.size() >= kKeptMax) {
        kept.clear();
    }
    return kept.emplace(std::move(key), solana::find_program_address(seeds, program)).first->second;
}

Pubkey derived_token_address(const Pubkey& owner, const Pubkey& mint, const Pubkey& token_program) {
    return derived({owner.bytes, token_program.bytes, mint.bytes}, solana::kAssociatedTokenProgram)
        .address;
}

}  // namespace sniperforge::sim
