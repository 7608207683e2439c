// SPDX-License-Identifier: MIT
// Raydium CPMM (program CPMMoo8L…): decode, exact quotes, swap instructions.
// Source: raydium-cp-swap 609780f; vectors raydium_cpmm_quotes.json, swap_instructions.json.
#pragma once

#include <array>
#include <span>
#include <vector>

#include "sniperforge/dex/instruction_shape.hpp"
#include "sniperforge/dex/quote.hpp"
#include "sniperforge/dex/raw_accounts.hpp"
#include "sniperforge/model/chain_update.hpp"
#include "sniperforge/model/ids.hpp"
#include "sniperforge/solana/instruction.hpp"

namespace sniperforge::dex {

inline constexpr std::size_t kCpmmPoolBytes = 637;
inline constexpr std::size_t kCpmmConfigBytes = 236;
inline constexpr std::size_t kCpmmObservationBytes = 4075;
// First eight bytes of the accounts. Raydium's CLMM pools carry the same one: check the owner.
inline constexpr std::array<std::uint8_t, 8> kCpmmPoolDiscriminator{0xf7, 0xed, 0xe3, 0xf5,
                                                                    0xd7, 0xc3, 0xde, 0x46};
inline constexpr std::array<std::uint8_t, 8> kCpmmConfigDiscriminator{0xda, 0xf4, 0x21, 0x68,
                                                                      0xcb, 0xcb, 0x2b, 0x6f};
inline constexpr std::array<std::uint8_t, 8> kCpmmObservationDiscriminator{0x7a, 0xae, 0xc5, 0x35,
                                                                           0x81, 0x09, 0xa5, 0x84};
// Rates are parts per million; the status bit that forbids swaps.
inline constexpr std::uint64_t kCpmmRateOne = 1'000'000;
inline constexpr std::uint8_t kCpmmStatusSwapDisabled = 0b100;

// What a pool is quoted by: a few numbers of its account, the rates of its config, and what its
// vaults hold.
struct CpmmNumbers {
    std::uint8_t status = 0;
    std::uint8_t creator_fee_on = 0;  // 0 the input, 1 only token A, 2 only token B.
    bool is_creator_fee_enabled = false;
    // From the vaults and the config account; absent until seen.
    bool has_vault_a = false, has_vault_b = false, has_config = false;
    std::int64_t open_time = 0;  // Unix seconds.
    // Accrued fees that sit in the vaults and do not belong to the reserves.
    std::uint64_t protocol_fees_a = 0, protocol_fees_b = 0, fund_fees_a = 0, fund_fees_b = 0;
    std::uint64_t creator_fees_a = 0, creator_fees_b = 0;
    std::uint64_t vault_amount_a = 0, vault_amount_b = 0;
    // Parts per million.
    std::uint64_t trade_fee_rate = 0, protocol_fee_rate = 0, fund_fee_rate = 0,
                  creator_fee_rate = 0;
    [[nodiscard]] bool has_vaults() const { return has_vault_a && has_vault_b; }
    [[nodiscard]] bool operator==(const CpmmNumbers&) const = default;
};

// Everything of a Raydium CPMM pool that pricing and swapping need (amm-raydium section 2).
struct RaydiumCpmmPool : CpmmNumbers {
    static constexpr VenueId kVenue = VenueId::RaydiumCpmm;
    static constexpr bool kIsPricedByVaults = true;
    static constexpr bool kAreNeedsMoving = false;
    Pubkey id, amm_config, vault_a, vault_b, mint_a, mint_b, program_a, program_b, observation;
    Pubkey creator, lp_mint;
    std::uint8_t decimals_a = 0, decimals_b = 0;
    std::uint64_t lp_supply = 0;
    [[nodiscard]] bool operator==(const RaydiumCpmmPool&) const = default;
};

// The fee config account, 236 bytes. Rates are parts per million.
struct RaydiumCpmmConfig {
    std::uint8_t bump = 0;
    bool is_create_pool_disabled = false;
    std::uint16_t index = 0;
    std::uint64_t trade_fee_rate = 0, protocol_fee_rate = 0, fund_fee_rate = 0;
    std::uint64_t create_pool_fee = 0;
    Pubkey protocol_owner, fund_owner;
    std::uint64_t creator_fee_rate = 0;
};

// The rates of one direction, in parts per million: the creator's share comes out of the input or
// of the output, as the pool's creator_fee_on says.
struct CpmmRates {
    std::uint64_t trade = 0;
    std::uint64_t creator_on_input = 0;
    std::uint64_t creator_on_output = 0;
};
[[nodiscard]] CpmmRates cpmm_rates(const CpmmNumbers& pool, Direction direction);

// The parts of a quote's trade fee that leave the reserves; the rest stays for the providers.
struct CpmmFeeShares {
    TokenAmount protocol;
    TokenAmount fund;
};
[[nodiscard]] CpmmFeeShares cpmm_fee_shares(const CpmmNumbers& pool, const SwapQuote& quote);

[[nodiscard]] bool is_cpmm_pool(BytesView data);
[[nodiscard]] Result<RaydiumCpmmPool> decode_cpmm_pool(const Pubkey& id, BytesView data);
[[nodiscard]] Result<RaydiumCpmmConfig> decode_cpmm_config(BytesView data);
// Puts the config's rates into the pool.
void apply_config(CpmmNumbers& pool, const RaydiumCpmmConfig& config);
// A newer version of the pool's own account, read in place: as decoding it and carrying over what
// the other accounts told, at a fraction of the cost. False if its vaults, mints or config are
// others. On an error, and then, the pool is as before.
[[nodiscard]] Result<bool> renew(RaydiumCpmmPool& pool, BytesView data);
// What decoding the pool and applying its vaults and this config would leave to quote by; false,
// and nothing is written, if it would not decode. A vault that would be refused counts as not seen,
// and so does a config that is not the pool's. What transfers of Token-2022 mints cost is left out,
// as in all quotes of a venue.
[[nodiscard]] bool read_numbers(const RawAccounts& accounts, const Pubkey& config_id,
                                const RaydiumCpmmConfig& config, CpmmNumbers& numbers);
// Asks the caches for what reading the numbers will touch.
void prefetch_cpmm(const RawAccounts& accounts);

[[nodiscard]] QuoteResult quote_exact_in(const CpmmNumbers& pool, Direction direction,
                                         TokenAmount amount_in, const QuoteContext& context);
[[nodiscard]] QuoteResult quote_exact_out(const CpmmNumbers& pool, Direction direction,
                                          TokenAmount amount_out, const QuoteContext& context);
[[nodiscard]] TokenAmount reserve_a(const CpmmNumbers& pool);
[[nodiscard]] TokenAmount reserve_b(const CpmmNumbers& pool);
[[nodiscard]] MarginalPrice marginal_price(const CpmmNumbers& pool);
[[nodiscard]] std::vector<Pubkey> accounts_needed(const RaydiumCpmmPool& pool);
[[nodiscard]] std::vector<Pubkey> accounts_shared(const RaydiumCpmmPool& pool);
[[nodiscard]] Result<bool> apply_account(RaydiumCpmmPool& pool, const AccountUpdate& update);
void forget_account(RaydiumCpmmPool& pool, const Pubkey& account);
[[nodiscard]] bool is_complete(const CpmmNumbers& pool);
[[nodiscard]] bool is_swap_enabled(const CpmmNumbers& pool);
void disable(CpmmNumbers& pool);
[[nodiscard]] bool is_same_identity(const RaydiumCpmmPool& a, const RaydiumCpmmPool& b);
void carry_over(const RaydiumCpmmPool& from, RaydiumCpmmPool& to);
[[nodiscard]] constexpr bool has_exact_out(const RaydiumCpmmPool& /*pool*/,
                                           Direction /*direction*/) {
    return true;
}
[[nodiscard]] std::span<const InstructionShape> raydium_cpmm_instructions();
// swap_base_input: spends exactly `amount_in`, fails on chain below `amount_out_min`.
[[nodiscard]] solana::Instruction swap_exact_in(const RaydiumCpmmPool& pool, Direction direction,
                                                TokenAmount amount_in, TokenAmount amount_out_min,
                                                const SwapAccounts& accounts);
// swap_base_output: receives exactly `amount_out`, fails on chain above `amount_in_max`.
[[nodiscard]] solana::Instruction swap_exact_out(const RaydiumCpmmPool& pool, Direction direction,
                                                 TokenAmount amount_in_max, TokenAmount amount_out,
                                                 const SwapAccounts& accounts);

}  // namespace sniperforge::dex
