// SPDX-License-Identifier: MIT
#include "sniperforge/execute/fee_market.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::execute {
namespace {

// A node's memory of 150 slots changes by a sixth in this time.
constexpr Duration kPriceRefresh = std::chrono::seconds{10};
constexpr Duration kPriceAgeMax = std::chrono::seconds{60};

}  // namespace

ComputeUnitPrice percentile_of(std::span<const rpc::RecentFee> fees, std::uint32_t percent) {
    if (fees.empty()) {
        return {};
    }
    std::vector<ComputeUnitPrice> prices;
    prices.reserve(fees.size());
    for (const rpc::RecentFee& fee : fees) {
        prices.push_back(fee.price);
    }
    const std::size_t rank = (prices.size() * percent + 99) / 100;
    const std::size_t index = std::min(std::max<std::size_t>(rank, 1), prices.size()) - 1;
    std::nth_element(prices.begin(), prices.begin() + static_cast<std::ptrdiff_t>(index),
                     prices.end());
    return prices[index];
}

struct FeeMarket::State : std::enable_shared_from_this<FeeMarket::State> {
    struct Entry {
        std::vector<Pubkey> accounts;
        std::uint64_t wanted = 0;  // The larger, the later.
        bool is_asked = false;
        MonoTime asked_at;
        bool is_known = false;
        MonoTime known_at;
        ComputeUnitPrice price;
    };

    State(net::Reactor& event_loop, rpc::RpcClient& client,
          const config::ExecutionSettings& execution)
        : reactor{event_loop},
          rpc{client},
          interval{execution.fee_poll_interval},
          percentile{execution.fee_percentile} {}

    void want(const Pubkey& pool, std::vector<Pubkey> accounts) {
        Entry& entry = entries[pool];
        entry.accounts = std::move(accounts);
        entry.wanted = ++wanted;
        if (entries.size() > kPoolsMax) {
            entries.erase(std::ranges::min_element(
                entries, {}, [](const auto& each) { return each.second.wanted; }));
        }
    }

    // The one wanted last of those whose price is getting old.
    [[nodiscard]] std::map<Pubkey, Entry>::iterator next(MonoTime now) {
        auto found = entries.end();
        for (auto each = entries.begin(); each != entries.end(); ++each) {
            const Entry& entry = each->second;
            const bool is_due = !entry.is_asked || now - entry.asked_at >= kPriceRefresh;
            if (is_due && (found == entries.end() || entry.wanted > found->second.wanted)) {
                found = each;
            }
        }
        return found;
    }

    void on_tick(MonoTime now) {
        if (is_asking || now < due) {
            return;
        }
        const auto found = next(now);
        if (found == entries.end()) {
            return;
        }
        due = now + interval;
        is_asking = true;
        found->second.is_asked = true;
        found->second.asked_at = now;
        rpc::get_recent_fees(rpc, found->second.accounts,
                             [weak = weak_from_this(), pool = found->first](auto answer) {
                                 if (const auto self = weak.lock()) {
                                     self->on_answer(pool, answer);
                                 }
                             });
    }

    void on_answer(const Pubkey& pool, const rpc::RpcResult<std::vector<rpc::RecentFee>>& answer) {
        is_asking = false;
        if (!answer) {
            if (!std::exchange(is_failing, true)) {
                telemetry::warning("execute",
                                   "priority fees of pool {}: {}; orders offer what is known",
                                   pool.to_string(), answer.error().text());
            }
            return;
        }
        is_failing = false;
        const auto found = entries.find(pool);
        if (found != entries.end()) {
            found->second.is_known = true;
            found->second.known_at = reactor.now();
            found->second.price = percentile_of(*answer, percentile);
            remember_middle();
        }
    }

    // Here, and not when an order waits for it.
    void remember_middle() {
        std::vector<ComputeUnitPrice> known;
        for (const auto& [pool, entry] : entries) {
            if (is_fresh(entry)) {
                known.push_back(entry.price);
            }
        }
        const auto at = known.begin() + static_cast<std::ptrdiff_t>(known.size() / 2);
        std::nth_element(known.begin(), at, known.end());
        middle = *at;
        middle_at = reactor.now();
    }

    [[nodiscard]] bool is_fresh(const Entry& entry) const {
        return entry.is_known && reactor.now() - entry.known_at <= kPriceAgeMax;
    }

    net::Reactor& reactor;
    rpc::RpcClient& rpc;
    Duration interval;
    std::uint32_t percentile;
    std::map<Pubkey, Entry> entries;
    std::uint64_t wanted = 0;
    std::optional<ComputeUnitPrice> middle;  // Of all that were fresh then.
    MonoTime middle_at;
    MonoTime due;
    bool is_asking = false;
    bool is_failing = false;  // Told once, until it works again.
};

FeeMarket::FeeMarket(net::Reactor& reactor, rpc::RpcClient& rpc,
                     const config::ExecutionSettings& settings)
    : state_{std::make_shared<State>(reactor, rpc, settings)} {}
FeeMarket::~FeeMarket() = default;

void FeeMarket::want(const Pubkey& pool, std::vector<Pubkey> accounts) {
    state_->want(pool, std::move(accounts));
}

std::optional<ComputeUnitPrice> FeeMarket::price(const Pubkey& pool) const {
    const auto found = state_->entries.find(pool);
    if (found != state_->entries.end() && state_->is_fresh(found->second)) {
        return found->second.price;
    }
    return price();
}

std::optional<ComputeUnitPrice> FeeMarket::price() const {
    const bool is_fresh = state_->reactor.now() - state_->middle_at <= kPriceAgeMax;
    return is_fresh ? state_->middle : std::nullopt;
}

void FeeMarket::on_tick(MonoTime now) { state_->on_tick(now); }

}  // namespace sniperforge::execute
