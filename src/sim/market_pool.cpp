// SPDX-License-Identifier: MIT
// Layouts and formulas: protocol amm-raydium sections 1 and 2, amm-orca sections 1 and 3. Those of
// pump are in market_pump_pool.cpp.
#include "sim/market_pool.hpp"

#include <algorithm>
#include <cmath>

#include "sim/market_pump_pool.hpp"
#include "sim/program_amm_v4.hpp"
#include "sim/program_cpmm_math.hpp"
#include "sim/whirlpool_build.hpp"
#include "sniperforge/solana/pda.hpp"
#include "sniperforge/solana/program_ids.hpp"
#include "sniperforge/solana/token_account.hpp"

namespace sniperforge::sim {

namespace {

constexpr std::size_t kAmmV4Bytes = 752;
constexpr std::size_t kCpmmBytes = 637;
constexpr std::size_t kCpmmConfigBytes = 236;
constexpr std::uint64_t kPpm = 1'000'000;

Pubkey key_at(BytesView data, std::size_t offset) { return Pubkey::from(data.subspan(offset)); }

std::uint64_t net(std::uint64_t vault, std::uint64_t owed) {
    return vault > owed ? vault - owed : 0;
}

const Pubkey& cpmm_authority() {
    static const Pubkey authority =
        solana::find_program_address({solana::seed("vault_and_lp_mint_auth_seed")},
                                     solana::kRaydiumCpmmProgram)
            .address;
    return authority;
}

std::optional<PoolView> read_amm_v4(const Chain& chain, const Pubkey& pool, BytesView data) {
    AmmV4PoolAddresses addresses{.pool = pool,
                                 .authority = amm_v4::authority(),
                                 .coin_mint = key_at(data, 400),
                                 .pc_mint = key_at(data, 432),
                                 .coin_vault = key_at(data, 336),
                                 .pc_vault = key_at(data, 368),
                                 .lp_mint = key_at(data, 464),
                                 .open_orders = key_at(data, 496),
                                 .target_orders = key_at(data, 592),
                                 .market = key_at(data, 528),
                                 .market_program = key_at(data, 560)};
    const auto coin = token_balance(chain, addresses.coin_vault);
    const auto pc = token_balance(chain, addresses.pc_vault);
    const auto status = read_le<std::uint64_t>(data, 0);
    if (!coin || !pc) {
        return std::nullopt;
    }
    return PoolView{
        .pool = pool,
        .mint_a = addresses.coin_mint,
        .mint_b = addresses.pc_mint,
        .reserve_a = net(*coin, read_le<std::uint64_t>(data, 192)),
        .reserve_b = net(*pc, read_le<std::uint64_t>(data, 200)),
        .fee_numerator = read_le<std::uint64_t>(data, 176),
        .fee_denominator = std::max<std::uint64_t>(read_le<std::uint64_t>(data, 184), 1),
        .is_swap_enabled = status == 1 || status == 6 || status == 7,
        .open_time = status == 7 ? read_le<std::int64_t>(data, 224) : 0,
        .addresses = addresses};
}

std::optional<PoolView> read_cpmm(const Chain& chain, const Pubkey& pool, BytesView data) {
    CpmmPoolAddresses addresses{.pool = pool,
                                .amm_config = key_at(data, 8),
                                .authority = cpmm_authority(),
                                .mint_0 = key_at(data, 168),
                                .mint_1 = key_at(data, 200),
                                .vault_0 = key_at(data, 72),
                                .vault_1 = key_at(data, 104),
                                .lp_mint = key_at(data, 136),
                                .observation = key_at(data, 296),
                                .program_0 = key_at(data, 232),
                                .program_1 = key_at(data, 264)};
    const auto vault_0 = token_balance(chain, addresses.vault_0);
    const auto vault_1 = token_balance(chain, addresses.vault_1);
    const Account* config = chain.account(addresses.amm_config);
    if (!vault_0 || !vault_1 || config == nullptr || config->data.size() < kCpmmConfigBytes) {
        return std::nullopt;
    }
    const auto owed = [&](std::size_t token) {
        std::uint64_t sum = 0;
        for (const std::size_t base : {341U, 357U, 397U}) {  // Protocol, fund and creator fees.
            sum += read_le<std::uint64_t>(data, base + 8 * token);
        }
        return sum;
    };
    constexpr std::uint8_t kSwapDisabled = 4;
    return PoolView{
        .pool = pool,
        .mint_a = addresses.mint_0,
        .mint_b = addresses.mint_1,
        .reserve_a = net(*vault_0, owed(0)),
        .reserve_b = net(*vault_1, owed(1)),
        .fee_numerator = read_le<std::uint64_t>(config->data, 12),
        .fee_denominator = kPpm,
        .creator_fee_ppm = data[390] != 0 ? read_le<std::uint64_t>(config->data, 108) : 0,
        .creator_fee_on = data[389],
        .is_swap_enabled = (data[329] & kSwapDisabled) == 0,
        .open_time = read_le<std::int64_t>(data, 373),
        .addresses = addresses};
}

std::vector<WhirlpoolView::Array> read_arrays(const Chain& chain, const Pubkey& pool,
                                              const whirlpool::PoolState& state, bool is_a_to_b) {
    std::vector<WhirlpoolView::Array> arrays;
    for (const std::int32_t start : whirlpool::array_starts(state, is_a_to_b)) {
        const Account* account = chain.account(whirlpool::tick_array_address(pool, start));
        arrays.push_back({start, account == nullptr ? Bytes{} : account->data});
    }
    return arrays;
}

std::uint64_t clamp_amount(double value) {
    return value >= 9e18 ? 9'000'000'000'000'000'000 : static_cast<std::uint64_t>(value);
}

std::optional<PoolView> read_whirlpool(const Chain& chain, const Pubkey& pool, BytesView data) {
    namespace layout = whirlpool::pool;
    WhirlpoolView view;
    view.addresses.pool = pool;
    view.addresses.config = key_at(data, layout::kConfig);
    view.addresses.mint_a = key_at(data, layout::kMintA);
    view.addresses.mint_b = key_at(data, layout::kMintB);
    view.addresses.vault_a = key_at(data, layout::kVaultA);
    view.addresses.vault_b = key_at(data, layout::kVaultB);
    view.addresses.oracle = whirlpool::oracle_address(pool);
    const Account* mint_a = chain.account(view.addresses.mint_a);
    const Account* mint_b = chain.account(view.addresses.mint_b);
    if (mint_a == nullptr || mint_b == nullptr) {
        return std::nullopt;
    }
    view.addresses.program_a = mint_a->owner;
    view.addresses.program_b = mint_b->owner;
    view.state = whirlpool::read_state(data);
    view.addresses.tick_spacing = view.state.tick_spacing;
    view.has_oracle = chain.account(view.addresses.oracle) != nullptr;
    view.down = read_arrays(chain, pool, view.state, true);
    view.up = read_arrays(chain, pool, view.state, false);
    const double liquidity = static_cast<double>(view.state.liquidity);
    const double root = std::ldexp(static_cast<double>(view.state.sqrt_price), -64);
    PoolView result{.pool = pool,
                    .mint_a = view.addresses.mint_a,
                    .mint_b = view.addresses.mint_b,
                    .reserve_a = clamp_amount(liquidity / root),
                    .reserve_b = clamp_amount(liquidity * root),
                    .fee_numerator = view.state.fee_rate,
                    .fee_denominator = kPpm,
                    .is_swap_enabled = !view.has_oracle,
                    .addresses = {}};
    result.addresses = std::move(view);
    return result;
}

// Exact-in or exact-out, as the program would do it.
std::optional<whirlpool::SwapResult> quote(const WhirlpoolView& view, bool is_a_to_b,
                                           bool is_exact_in, std::uint64_t amount) {
    std::vector<whirlpool::TickArray> arrays;
    for (const auto& array : is_a_to_b ? view.down : view.up) {
        arrays.push_back({array.start, array.data});
    }
    auto result = whirlpool::swap(
        view.state, arrays, {.amount = amount, .is_exact_in = is_exact_in, .is_a_to_b = is_a_to_b});
    return result ? std::optional{std::move(*result)} : std::nullopt;
}

bool is_creator_fee_on_input(const PoolView& pool, bool is_a_to_b) {
    return pool.creator_fee_on == 0 || (pool.creator_fee_on == 1) == is_a_to_b;
}

struct InOut {
    std::uint64_t in = 0, out = 0;
};
InOut reserves(const PoolView& pool, bool is_a_to_b) {
    return is_a_to_b ? InOut{pool.reserve_a, pool.reserve_b}
                     : InOut{pool.reserve_b, pool.reserve_a};
}

cpmm::Rates cpmm_rates(const PoolView& pool) {
    return {.trade = pool.fee_numerator, .creator = pool.creator_fee_ppm};
}

}  // namespace

std::optional<std::uint64_t> token_balance(const Chain& chain, const Pubkey& key) {
    const Account* account = chain.account(key);
    if (account == nullptr) {
        return std::nullopt;
    }
    const auto amount = solana::token_account_amount(account->data);
    return amount ? std::optional{amount->raw()} : std::nullopt;
}

std::optional<PoolView> read_pool(const Chain& chain, const Pubkey& pool) {
    const Account* account = chain.account(pool);
    if (account == nullptr) {
        return std::nullopt;
    }
    if (account->owner == solana::kRaydiumAmmV4Program && account->data.size() == kAmmV4Bytes) {
        return read_amm_v4(chain, pool, account->data);
    }
    if (account->owner == solana::kRaydiumCpmmProgram && account->data.size() == kCpmmBytes) {
        return read_cpmm(chain, pool, account->data);
    }
    if (account->owner == whirlpool::kProgram && account->data.size() == whirlpool::kPoolBytes) {
        return read_whirlpool(chain, pool, account->data);
    }
    return read_pump_swap(chain, pool);
}

std::optional<std::uint64_t> quote_in(const PoolView& pool, bool is_a_to_b,
                                      std::uint64_t amount_in) {
    const auto [in, out] = reserves(pool, is_a_to_b);
    if (in == 0 || out == 0 || amount_in == 0) {
        return std::nullopt;
    }
    if (const auto* view = std::get_if<WhirlpoolView>(&pool.addresses)) {
        const auto result = quote(*view, is_a_to_b, true, amount_in);
        return result && result->amount_out > 0 ? std::optional{result->amount_out} : std::nullopt;
    }
    if (const auto* view = std::get_if<CurveView>(&pool.addresses)) {
        return pump_quote(*view, is_a_to_b, amount_in);
    }
    if (const auto* view = std::get_if<PumpSwapView>(&pool.addresses)) {
        return pump_quote(*view, is_a_to_b, amount_in);
    }
    if (pool.is_cpmm()) {
        const auto amounts = cpmm::swap_base_input({in, out}, amount_in, cpmm_rates(pool),
                                                   is_creator_fee_on_input(pool, is_a_to_b));
        return amounts ? std::optional{amounts->amount_out} : std::nullopt;
    }
    const std::uint64_t result =
        amm_v4::amount_out({in, out}, amount_in, {pool.fee_numerator, pool.fee_denominator});
    return result == 0 || result >= out ? std::nullopt : std::optional{result};
}

std::optional<std::uint64_t> quote_out(const PoolView& pool, bool is_a_to_b,
                                       std::uint64_t amount_out) {
    const auto [in, out] = reserves(pool, is_a_to_b);
    if (in == 0 || amount_out == 0 || amount_out >= out) {
        return std::nullopt;
    }
    if (const auto* view = std::get_if<WhirlpoolView>(&pool.addresses)) {
        const auto result = quote(*view, is_a_to_b, false, amount_out);
        return result ? std::optional{result->amount_in} : std::nullopt;
    }
    SF_ASSERT(pool.addresses.index() < 2);  // Nobody asks this of pump's.
    if (pool.is_cpmm()) {
        const auto amounts = cpmm::swap_base_output({in, out}, amount_out, cpmm_rates(pool),
                                                    is_creator_fee_on_input(pool, is_a_to_b));
        return amounts ? std::optional{amounts->amount_in} : std::nullopt;
    }
    return amm_v4::amount_in({in, out}, amount_out, {pool.fee_numerator, pool.fee_denominator});
}

solana::Instruction swap_in(const PoolView& pool, bool is_a_to_b, std::uint64_t amount_in,
                            std::uint64_t amount_out_min, const SwapParties& parties) {
    if (const auto* cpmm = std::get_if<CpmmPoolAddresses>(&pool.addresses)) {
        return cpmm_swap_in(*cpmm, is_a_to_b, amount_in, amount_out_min, parties);
    }
    if (const auto* view = std::get_if<WhirlpoolView>(&pool.addresses)) {
        const auto starts = whirlpool::array_starts(view->state, is_a_to_b);
        return build_whirlpool_swap(
            view->addresses, {starts, view->has_oracle},
            {.is_a_to_b = is_a_to_b, .amount = amount_in, .threshold = amount_out_min}, parties,
            true);
    }
    if (pool.is_curve() || std::holds_alternative<PumpSwapView>(pool.addresses)) {
        return pump_swap_in(pool, is_a_to_b, amount_in, amount_out_min, parties.user);
    }
    return amm_v4_swap_in(std::get<AmmV4PoolAddresses>(pool.addresses), amount_in, amount_out_min,
                          parties);
}

}  // namespace sniperforge::sim
