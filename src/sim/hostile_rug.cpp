// SPDX-License-Identifier: MIT
// Rugs of what the clients hold. They are written to the accounts, as whoever has the authority
// could: the authorities of simulated mints and pools are mostly given up.
#include <algorithm>

#include "sim/hostile_market.hpp"
#include "sim/program_amm_v4.hpp"
#include "sim/program_cpmm_layout.hpp"
#include "sim/program_token_layout.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::sim {
namespace {

constexpr std::uint64_t kMintFactor = 20;  // Times the tokens that the pool has.
constexpr int kHalvingsMax = 40;           // A curve takes no more than it can pay for.

bool is_money(const Pubkey& mint) {
    return mint == solana::kWrappedSolMint || mint == solana::kUsdcMint;
}

// Takes the part out of a vault; wrapped SOL goes with its lamports.
void drain(Chain& chain, const Pubkey& vault, std::uint32_t part_bps) {
    Account account = *chain.account(vault);
    const std::uint64_t amount = token::amount(account.data);
    const std::uint64_t taken = mul_div_floor(amount, part_bps, kBasisPointsOne).value_or(0);
    write_le(account.data, token::kAmount, amount - taken);
    if (token::mint(account.data) == solana::kWrappedSolMint) {
        account.lamports = account.lamports.saturating_sub(Lamports{taken});
    }
    chain.put_account(vault, std::move(account));
}

struct Vaults {
    Pubkey a, b;
};
std::optional<Vaults> vaults_of(const PoolView& pool) {
    if (const auto* amm = std::get_if<AmmV4PoolAddresses>(&pool.addresses)) {
        return Vaults{amm->coin_vault, amm->pc_vault};
    }
    if (const auto* cpmm = std::get_if<CpmmPoolAddresses>(&pool.addresses)) {
        return Vaults{cpmm->vault_0, cpmm->vault_1};
    }
    if (const auto* pump = std::get_if<PumpSwapView>(&pool.addresses)) {
        return Vaults{pump->addresses.base_vault, pump->addresses.quote_vault};
    }
    return std::nullopt;
}

}  // namespace

void HostileMarket::rug(const Rug& rug) {
    waiting_.is_pull |= rug.is_pull;
    waiting_.is_mint |= rug.is_mint;
    waiting_.is_freeze |= rug.is_freeze;
    waiting_.is_pause |= rug.is_pause;
    waiting_.is_theft |= rug.is_theft;
    waiting_.is_gift |= rug.is_gift;
    waiting_.part_bps = rug.part_bps;
    waiting_.theft_bps = rug.theft_bps;
    has_news_ = true;
}

void HostileMarket::end_slot() {
    // A slot without a block has no writes. And a fork's end takes back what the clients bought on
    // it, but not what is written here: their accounts would keep tokens that they never got.
    if (!is_rug_waiting() || !has_news_ || chain_.is_slot_skipped() || chain_.is_forked()) {
        return;
    }
    has_news_ = false;
    std::vector<Holding> held = holdings();
    while (is_rug_waiting() && !held.empty()) {
        const auto drawn = static_cast<std::ptrdiff_t>(rug_rng_.below(held.size()));
        rug(held[static_cast<std::size_t>(drawn)]);
        held.erase(held.begin() + drawn);
    }
}

std::vector<HostileMarket::Holding> HostileMarket::holdings() const {
    std::vector<Holding> found;
    for (const Pubkey& program : {solana::kTokenProgram, solana::kToken2022Program}) {
        for (const Pubkey& key : chain_.accounts_owned_by(program)) {
            const Account& account = *chain_.account(key);
            if (!token::is_account(account) || token::amount(account.data) == 0 ||
                is_money(token::mint(account.data))) {
                continue;
            }
            if (std::ranges::find(clients_, token::owner(account.data)) != clients_.end()) {
                found.push_back({key, token::mint(account.data)});
            }
        }
    }
    return found;
}

// The deepest by what it holds of the other mint; a curve only where there is no pool.
std::optional<PoolView> HostileMarket::pool_of(const Pubkey& mint) const {
    std::optional<PoolView> best;
    std::uint64_t depth = 0;
    for (const Pubkey& program :
         {solana::kRaydiumAmmV4Program, solana::kRaydiumCpmmProgram, solana::kPumpSwapProgram}) {
        for (const Pubkey& key : chain_.accounts_owned_by(program)) {
            auto pool = read_pool(chain_, key);
            if (!pool || (pool->mint_a != mint && pool->mint_b != mint)) {
                continue;
            }
            const std::uint64_t other = pool->mint_a == mint ? pool->reserve_b : pool->reserve_a;
            if (other > depth) {
                depth = other;
                best = std::move(pool);
            }
        }
    }
    return best ? best : read_curve(chain_, mint);
}

void HostileMarket::rug(const Holding& holding) {
    const auto done = [this](bool& is_wanted, bool is_done, FaultKind kind) {
        if (is_done) {
            is_wanted = false;
            counters_.count(kind);
        }
    };
    if (waiting_.is_freeze) {
        done(waiting_.is_freeze, freeze(holding.account), FaultKind::RugFreeze);
    }
    if (waiting_.is_gift) {
        done(waiting_.is_gift, give(holding.account), FaultKind::RugGift);
    }
    if (waiting_.is_theft) {
        done(waiting_.is_theft, steal(holding.account), FaultKind::RugTheft);
    }
    const bool is_of_pool = waiting_.is_pull || waiting_.is_mint || waiting_.is_pause;
    const auto pool = is_of_pool ? pool_of(holding.mint) : std::nullopt;
    if (!pool) {
        return;
    }
    if (waiting_.is_pull) {
        done(waiting_.is_pull, pull(*pool), FaultKind::RugPull);
    }
    if (waiting_.is_mint) {
        done(waiting_.is_mint, mint_and_sell(*pool, holding.mint), FaultKind::RugMint);
    }
    if (waiting_.is_pause) {
        done(waiting_.is_pause, pause(*pool), FaultKind::RugPause);
    }
}

bool HostileMarket::freeze(const Pubkey& account) {
    Account frozen = *chain_.account(account);
    if (frozen.data[token::kState] == token::kFrozen) {
        return false;
    }
    frozen.data[token::kState] = token::kFrozen;
    chain_.put_account(account, std::move(frozen));
    return true;
}

bool HostileMarket::steal(const Pubkey& account) {
    const Bytes& data = chain_.account(account)->data;
    const std::uint64_t held = token::amount(data);
    const std::uint64_t taken = mul_div_ceil(held, waiting_.theft_bps, kBasisPointsOne).value_or(0);
    if (taken == 0) {
        return false;
    }
    meddlings_.push_back(
        {.owner = token::owner(data), .mint = token::mint(data), .taken = taken, .brought = 0});
    set_amount(account, held - taken);
    return true;
}

bool HostileMarket::give(const Pubkey& account) {
    constexpr std::uint64_t kShare = 10;
    const Bytes& data = chain_.account(account)->data;
    const std::uint64_t held = token::amount(data);
    const std::uint64_t brought = held / kShare + 1;
    meddlings_.push_back(
        {.owner = token::owner(data), .mint = token::mint(data), .taken = 0, .brought = brought});
    set_amount(account, held + brought);
    return true;
}

void HostileMarket::set_amount(const Pubkey& account, std::uint64_t amount) {
    Account changed = *chain_.account(account);
    const std::uint64_t before = token::amount(changed.data);
    Account mint = *chain_.account(token::mint(changed.data));
    write_le(changed.data, token::kAmount, amount);
    const std::uint64_t supply = read_le<std::uint64_t>(mint.data, token::kSupply);
    write_le(mint.data, token::kSupply, supply - before + amount);
    chain_.put_account(token::mint(changed.data), std::move(mint));
    chain_.put_account(account, std::move(changed));
}

bool HostileMarket::pull(const PoolView& pool) {
    const auto vaults = vaults_of(pool);
    if (vaults) {
        drain(chain_, vaults->a, waiting_.part_bps);
        drain(chain_, vaults->b, waiting_.part_bps);
    }
    return vaults.has_value();
}

bool HostileMarket::mint_and_sell(const PoolView& pool, const Pubkey& mint) {
    const bool is_a_to_b = pool.mint_a == mint;
    const std::uint64_t reserve = is_a_to_b ? pool.reserve_a : pool.reserve_b;
    std::uint64_t amount = mul_div_floor(reserve, kMintFactor, 1).value_or(reserve);
    for (int i = 0; i < kHalvingsMax && !quote_in(pool, is_a_to_b, amount); ++i) {
        amount /= 2;
    }
    if (!swap(pool, is_a_to_b, amount)) {
        return false;
    }
    Account grown = *chain_.account(mint);
    const std::uint64_t supply = read_le<std::uint64_t>(grown.data, token::kSupply);
    write_le(grown.data, token::kSupply,
             TokenAmount{supply}.saturating_add(TokenAmount{amount}).raw());
    chain_.put_account(mint, std::move(grown));
    return true;
}

bool HostileMarket::pause(const PoolView& pool) {
    if (!pool.is_cpmm() && !std::holds_alternative<AmmV4PoolAddresses>(pool.addresses)) {
        return false;
    }
    Account paused = *chain_.account(pool.pool);
    if (pool.is_cpmm()) {
        constexpr std::uint8_t kSwapDisabled = 4;
        paused.data[cpmm::pool::kStatus] |= kSwapDisabled;
    } else {
        constexpr std::uint64_t kDisabled = 2;
        write_le(paused.data, amm_v4::kStatus, kDisabled);
    }
    chain_.put_account(pool.pool, std::move(paused));
    return true;
}

}  // namespace sniperforge::sim
