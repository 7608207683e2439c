// SPDX-License-Identifier: MIT
// What a pool is, whatever its venue: the state of one of the venues, and what transfers of its two
// mints cost. The Venue concept says what each venue's state can do.
#pragma once

#include <array>
#include <concepts>
#include <memory>
#include <span>
#include <variant>
#include <vector>

#include "sniperforge/core/result.hpp"
#include "sniperforge/dex/meteora_damm_v2.hpp"
#include "sniperforge/dex/meteora_dlmm.hpp"
#include "sniperforge/dex/orca_whirlpool.hpp"
#include "sniperforge/dex/pump_curve.hpp"
#include "sniperforge/dex/pump_swap.hpp"
#include "sniperforge/dex/quote.hpp"
#include "sniperforge/dex/raydium_amm_v4.hpp"
#include "sniperforge/dex/raydium_clmm.hpp"
#include "sniperforge/dex/raydium_cpmm.hpp"
#include "sniperforge/dex/transfer_terms.hpp"
#include "sniperforge/model/chain_update.hpp"
#include "sniperforge/model/ids.hpp"
#include "sniperforge/solana/instruction.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::dex {

// A venue's state decodes from the pool's own account and takes in the others one by one. Quotes
// are exact to the last unit and leave out what transfers of the mints cost: that is the same for
// every venue, and quote_exact_in(const Pool&, ...) adds it. Nothing here throws, whatever the
// accounts hold.
template <typename P>
concept Venue =
    std::copyable<P> && requires(const P& pool, P& writable, Direction direction,
                                 TokenAmount amount, const QuoteContext& context,
                                 const SwapAccounts& accounts, const AccountUpdate& update) {
        { P::kVenue } -> std::convertible_to<VenueId>;
        // The reserves are the balances of pool.vault_a and pool.vault_b: every swap writes both,
        // and vault_amount_a, vault_amount_b, has_vault_a and has_vault_b are plain members.
        { P::kIsPricedByVaults } -> std::convertible_to<bool>;
        // accounts_needed depends on more than the pool's identity: ticks or bins around the price.
        { P::kAreNeedsMoving } -> std::convertible_to<bool>;
        { pool.id } -> std::convertible_to<Pubkey>;
        // Mint A is zero while nobody has named it: the accounts of pump's curves do not say it,
        // because their address follows from it (PoolBook::name_mint).
        { pool.mint_a } -> std::convertible_to<Pubkey>;
        { pool.mint_b } -> std::convertible_to<Pubkey>;
        // The token program of the mint. Where the pool's account does not say it, zero until the
        // mint or a vault was seen.
        { pool.program_a } -> std::convertible_to<Pubkey>;
        { pool.program_b } -> std::convertible_to<Pubkey>;
        { pool.decimals_a } -> std::convertible_to<std::uint8_t>;
        { pool.decimals_b } -> std::convertible_to<std::uint8_t>;

        // The accounts besides the pool's own whose data a quote needs, in the pool's present
        // state; each once. The mints of Token-2022 are among them.
        { accounts_needed(pool) } -> std::same_as<std::vector<Pubkey>>;
        // Those of them that other pools need as well (configs), mints apart.
        { accounts_shared(pool) } -> std::same_as<std::vector<Pubkey>>;
        // Takes in one of them; false if it is none of them. A missing account (no lamports, no
        // data) is a fact too. On an error the pool is as before.
        { apply_account(writable, update) } -> std::same_as<Result<bool>>;
        // Is not heard any more: what it told is unknown again.
        forget_account(writable, update.pubkey);
        { is_complete(pool) } -> std::same_as<bool>;      // Every account needed has been seen.
        { is_swap_enabled(pool) } -> std::same_as<bool>;  // By its status, its open time apart.
        disable(writable);                                // For good: its account was closed.
        // Whatever never changes in a pool's life.
        { is_same_identity(pool, pool) } -> std::same_as<bool>;
        // What other accounts told survives a new version of the pool's own account.
        carry_over(pool, writable);

        // What the pool could pay out as far as the accounts seen show, net of fees owed.
        { reserve_a(pool) } -> std::same_as<TokenAmount>;
        { reserve_b(pool) } -> std::same_as<TokenAmount>;
        { marginal_price(pool) } -> std::same_as<MarginalPrice>;
        { quote_exact_in(pool, direction, amount, context) } -> std::same_as<QuoteResult>;
        // The least input that yields `amount`.
        { quote_exact_out(pool, direction, amount, context) } -> std::same_as<QuoteResult>;
        // The program has an instruction that yields exactly what was asked.
        { has_exact_out(pool, direction) } -> std::same_as<bool>;
        {
            swap_exact_in(pool, direction, amount, amount, accounts)
        } -> std::same_as<solana::Instruction>;
        // Where has_exact_out is false: spends the whole maximum, fails on chain below `amount`.
        {
            swap_exact_out(pool, direction, amount, amount, accounts)
        } -> std::same_as<solana::Instruction>;
    };

// The bytes that the accounts of pools begin with.
using PoolDiscriminator = std::array<std::uint8_t, 8>;

// One venue: its state, its program, what recognises and decodes a pool's account (its owner was
// checked), how long such an account is (0: it varies), what it begins with (null: nothing that
// tells it from other accounts), and its instructions.
template <Venue P, const Pubkey& kOwner, bool (*kIsPool)(BytesView),
          Result<P> (*kDecode)(const Pubkey&, BytesView), std::size_t kAccountBytes,
          const PoolDiscriminator* kBegin, std::span<const InstructionShape> (*kInstructions)()>
struct VenueRow {
    using State = P;
    static constexpr VenueId kVenue = P::kVenue;
    static constexpr const Pubkey& kProgram = kOwner;
    static constexpr std::size_t kPoolBytes = kAccountBytes;
    static constexpr const PoolDiscriminator* kDiscriminator = kBegin;
    static bool is_pool(BytesView data) { return kIsPool(data); }
    static Result<P> decode(const Pubkey& id, BytesView data) { return kDecode(id, data); }
    static std::span<const InstructionShape> instructions() { return kInstructions(); }
};

template <typename... Rows>
struct VenueTable {
    using State = std::variant<typename Rows::State...>;
};

// The venues we know: a new one is its file pair and its line here.
using Venues = VenueTable<
    VenueRow<RaydiumAmmV4Pool, solana::kRaydiumAmmV4Program, is_amm_v4_pool, decode_amm_v4_pool,
             kAmmV4PoolBytes, nullptr, raydium_amm_v4_instructions>,
    VenueRow<RaydiumCpmmPool, solana::kRaydiumCpmmProgram, is_cpmm_pool, decode_cpmm_pool,
             kCpmmPoolBytes, &kCpmmPoolDiscriminator, raydium_cpmm_instructions>,
    VenueRow<RaydiumClmmPool, solana::kRaydiumClmmProgram, is_clmm_pool, decode_clmm_pool,
             kClmmPoolBytes, &kClmmPoolDiscriminator, raydium_clmm_instructions>,
    VenueRow<OrcaWhirlpoolPool, solana::kOrcaWhirlpoolProgram, is_orca_whirlpool_pool,
             decode_orca_whirlpool_pool, kWhirlpoolBytes, &kWhirlpoolDiscriminator,
             orca_whirlpool_instructions>,
    VenueRow<PumpCurvePool, solana::kPumpCurveProgram, is_pump_curve_pool, decode_pump_curve_pool,
             0, &kPumpCurveDiscriminator, pump_curve_instructions>,
    VenueRow<PumpSwapPool, solana::kPumpSwapProgram, is_pump_swap_pool, decode_pump_swap_pool, 0,
             &kPumpSwapPoolDiscriminator, pump_swap_instructions>,
    VenueRow<MeteoraDlmmPool, solana::kMeteoraDlmmProgram, is_meteora_dlmm_pool,
             decode_meteora_dlmm_pool, kDlmmPoolBytes, &kDlmmPoolDiscriminator,
             meteora_dlmm_instructions>,
    VenueRow<MeteoraDammV2Pool, solana::kMeteoraDammV2Program, is_meteora_damm_v2_pool,
             decode_meteora_damm_v2_pool, kDammV2PoolBytes, &kDammV2PoolDiscriminator,
             meteora_damm_v2_instructions>>;

using PoolState = Venues::State;

struct Pool {
    PoolState state;
    // Null: a mint of SPL Token, whose transfers deliver exactly their amount. Not known yet: the
    // mint's account was not seen, and may be of Token-2022.
    std::shared_ptr<const TransferTerms> transfer_a{}, transfer_b{};
};

}  // namespace sniperforge::dex
