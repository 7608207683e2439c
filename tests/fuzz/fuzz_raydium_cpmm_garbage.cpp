// SPDX-License-Identifier: MIT
// Any bytes as a pool of Raydium's two constant-product programs, or as an account beside one, are
// an error or a pool that answers quotes, never with more than it holds.
#include <algorithm>

#include "fuzz_target.hpp"
#include "sniperforge/dex/describe.hpp"
#include "sniperforge/dex/raydium_amm_v4.hpp"
#include "sniperforge/dex/raydium_cpmm.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/token_account.hpp"

namespace sniperforge::dex {
namespace {

constexpr QuoteContext kNow{.unix_time = 1'760'000'000};

template <typename P>
void check_quotes(const P& pool) {
    for (const auto direction : {Direction::AToB, Direction::BToA}) {
        const auto reserve = direction == Direction::AToB ? reserve_b(pool) : reserve_a(pool);
        for (const std::uint64_t raw : {std::uint64_t{1}, std::uint64_t{1'000'003}, kU64Max}) {
            const TokenAmount amount{raw};
            if (const auto in = quote_exact_in(pool, direction, amount, kNow)) {
                SF_ASSERT(in->amount_in == amount && in->amount_out < reserve);
                const auto back = quote_exact_out(pool, direction, in->amount_out, kNow);
                SF_ASSERT(back && back->amount_in <= amount);
            }
            if (const auto out = quote_exact_out(pool, direction, amount, kNow)) {
                SF_ASSERT(out->amount_out == amount && amount < reserve);
            }
        }
    }
}

// As every account that it needs, owned by whoever might own it.
template <typename P>
void check_accounts(const P& pool, const Pubkey& program, BytesView input) {
    for (const Pubkey& account : accounts_needed(pool)) {
        for (const Pubkey& owner : {program, solana::kTokenProgram, solana::kToken2022Program}) {
            P told = pool;
            const auto taken = apply_account(told, {Slot{1}, account, owner, Lamports{1}, input});
            if (taken && *taken) {
                check_quotes(told);
            }
        }
    }
}

template <typename P>
void fill(P& pool, BytesView input) {
    const auto number = [&](std::size_t offset) {
        return offset + 8 <= input.size() ? read_le<std::uint64_t>(input, offset) : offset;
    };
    pool.has_vault_a = pool.has_vault_b = true;
    pool.vault_amount_a = number(11);
    pool.vault_amount_b = number(19);
}

// A vault of the mint that the pool's account names at `mint_offset`, and not of another.
Bytes vault_of(BytesView pool, std::size_t mint_offset, std::uint64_t amount) {
    Bytes vault(solana::kTokenAccountBytes, 0);
    std::ranges::copy(pool.subspan(mint_offset, Pubkey::kSize), vault.begin());
    write_le(std::span{vault}, 64, amount);
    vault[108] = 1;
    return vault;
}

// Read without decoding, the same numbers.
void check_raw(const RaydiumAmmV4Pool& pool, BytesView input) {
    const Bytes a = vault_of(input, 400, pool.vault_amount_a);
    const Bytes b = vault_of(input, 432, pool.vault_amount_b);
    AmmV4Numbers numbers;
    SF_ASSERT(read_numbers({input, a, b}, numbers) && numbers == pool);
    SF_ASSERT(pool.mint_a == pool.mint_b ||
              (read_numbers({input, b, a}, numbers) && !numbers.has_vaults()));
    RaydiumAmmV4Pool same = pool;
    const auto renewed = renew(same, input);
    SF_ASSERT(renewed && *renewed && same == pool);
}
void check_raw(const RaydiumCpmmPool& pool, BytesView input) {
    const Bytes a = vault_of(input, 168, pool.vault_amount_a);
    const Bytes b = vault_of(input, 200, pool.vault_amount_b);
    RaydiumCpmmConfig config;
    config.trade_fee_rate = pool.trade_fee_rate;
    CpmmNumbers numbers;
    SF_ASSERT(read_numbers({input, a, b}, pool.amm_config, config, numbers) && numbers == pool);
    RaydiumCpmmPool same = pool;
    const auto renewed = renew(same, input);
    SF_ASSERT(renewed && *renewed && same == pool);
}

void check(BytesView input) {
    (void)describe_account(solana::kRaydiumCpmmProgram, Pubkey{}, input);
    (void)describe_account(solana::kRaydiumAmmV4Program, Pubkey{}, input);
    if (auto pool = decode_cpmm_pool(Pubkey{}, input)) {
        SF_ASSERT(is_cpmm_pool(input) && !is_complete(*pool));
        fill(*pool, input);
        pool->has_config = true;
        pool->trade_fee_rate = 2'500;
        check_quotes(*pool);
        check_raw(*pool, input);
        check_accounts(*pool, solana::kRaydiumCpmmProgram, input);
    }
    AmmV4Numbers numbers;
    SF_ASSERT(read_numbers({input, {}, {}}, numbers) ==
              decode_amm_v4_pool(Pubkey{}, input).has_value());
    if (auto pool = decode_amm_v4_pool(Pubkey{}, input)) {
        SF_ASSERT(!is_complete(*pool));
        fill(*pool, input);
        check_quotes(*pool);
        check_raw(*pool, input);
        check_accounts(*pool, solana::kRaydiumAmmV4Program, input);
    }
    RaydiumCpmmPool beside;
    beside.amm_config.bytes[0] = 1;
    beside.vault_a.bytes[0] = 2;
    beside.vault_b.bytes[0] = 3;
    beside.program_a = beside.program_b = solana::kTokenProgram;
    check_accounts(beside, solana::kRaydiumCpmmProgram, input);
}

}  // namespace
}  // namespace sniperforge::dex

SF_FUZZ_TARGET {
    sniperforge::dex::check({data, size});
    return 0;
}
