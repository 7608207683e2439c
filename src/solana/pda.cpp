// SPDX-License-Identifier: MIT
#include "sniperforge/solana/pda.hpp"

#include <fmt/format.h>
#include <sodium.h>

#include <optional>

#include "sniperforge/solana/keypair.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::solana {
namespace {

void update(crypto_hash_sha256_state& state, BytesView bytes) {
    crypto_hash_sha256_update(&state, bytes.data(), bytes.size());
}

// The address for seeds already hashed into `state` (by value: the caller goes on from there), or
// nothing when it is on the curve.
[[nodiscard]] std::optional<Pubkey> finish(crypto_hash_sha256_state state, const Pubkey& program) {
    update(state, program.bytes);
    update(state, seed("ProgramDerivedAddress"));
    Pubkey address;
    crypto_hash_sha256_final(&state, address.bytes.data());
    if (is_on_curve(address)) {
        return std::nullopt;
    }
    return address;
}

}  // namespace

Result<Pubkey> create_program_address(std::span<const BytesView> seeds, const Pubkey& program) {
    if (seeds.size() > kSeedsMax) {
        return fail(fmt::format("deriving an address of {}: {} seeds, at most {} are possible",
                                program.to_string(), seeds.size(), kSeedsMax));
    }
    crypto_hash_sha256_state state;
    crypto_hash_sha256_init(&state);
    for (std::size_t i = 0; i < seeds.size(); ++i) {
        if (seeds[i].size() > kSeedBytesMax) {
            return fail(
                fmt::format("deriving an address of {}: seed {} has {} bytes, at most {} "
                            "are possible",
                            program.to_string(), i, seeds[i].size(), kSeedBytesMax));
        }
        update(state, seeds[i]);
    }
    const auto address = finish(state, program);
    if (!address) {
        return fail(
            fmt::format("deriving an address of {}: the result is on the curve; use "
                        "another bump",
                        program.to_string()));
    }
    return *address;
}

Result<Pubkey> create_program_address(std::initializer_list<BytesView> seeds,
                                      const Pubkey& program) {
    return create_program_address(std::span<const BytesView>{seeds.begin(), seeds.size()}, program);
}

ProgramAddress find_program_address(std::span<const BytesView> seeds, const Pubkey& program) {
    SF_ASSERT(seeds.size() < kSeedsMax);  // The bump is one more.
    crypto_hash_sha256_state prefix;
    crypto_hash_sha256_init(&prefix);
    for (const BytesView part : seeds) {
        SF_ASSERT(part.size() <= kSeedBytesMax);
        update(prefix, part);
    }
    for (unsigned bump = 256; bump-- > 0;) {
        const auto byte = static_cast<std::uint8_t>(bump);
        crypto_hash_sha256_state state = prefix;
        update(state, BytesView{&byte, 1});
        if (const auto address = finish(state, program)) {
            return {*address, byte};
        }
    }
    // All 256 on the curve has a chance of 2^-256.
    SF_ASSERT(false);
    std::abort();
}

ProgramAddress find_program_address(std::initializer_list<BytesView> seeds, const Pubkey& program) {
    return find_program_address(std::span<const BytesView>{seeds.begin(), seeds.size()}, program);
}

Pubkey associated_token_address(const Pubkey& owner, const Pubkey& mint,
                                const Pubkey& token_program) {
    return find_program_address({owner.bytes, token_program.bytes, mint.bytes},
                                kAssociatedTokenProgram)
        .address;
}

}  // namespace sniperforge::solana
