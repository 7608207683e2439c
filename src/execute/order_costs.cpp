// SPDX-License-Identifier: MIT
#include "sniperforge/execute/order_costs.hpp"

#include "execute/fees.hpp"
#include "execute/token_account_bytes.hpp"
#include "sniperforge/dex/venue.hpp"
#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::execute {
namespace {

constexpr Duration kRentRetry = std::chrono::seconds{1};

}  // namespace

struct OrderCosts::State : std::enable_shared_from_this<OrderCosts::State> {
    State(net::Reactor& event_loop, rpc::RpcClient& client, Lanes* senders,
          const dex::PoolBook& pools, const config::ExecutionSettings& execution)
        : reactor{event_loop},
          rpc{client},
          lanes{senders},
          book{pools},
          fees{event_loop, client, execution} {}

    void read_rent() {
        rent_due = reactor.now() + kRentRetry;
        rpc.get_minimum_balance_for_rent_exemption(
            kTokenAccountBytesMax, [weak = weak_from_this()](auto answer) {
                const auto self = weak.lock();
                if (self && answer) {
                    self->rent = *answer;
                } else if (self) {
                    telemetry::warning("execute", "reading the rent of a token account: {}",
                                       answer.error().text());
                }
            });
    }

    net::Reactor& reactor;
    rpc::RpcClient& rpc;
    Lanes* lanes;
    const dex::PoolBook& book;
    Fees fees;
    std::optional<Lamports> rent;
    std::optional<MonoTime> rent_due;  // Once started.
};

OrderCosts::OrderCosts(net::Reactor& reactor, rpc::RpcClient& rpc, Lanes* lanes,
                       const dex::PoolBook& book, const config::ExecutionSettings& settings)
    : state_{std::make_shared<State>(reactor, rpc, lanes, book, settings)} {}

OrderCosts::~OrderCosts() = default;

void OrderCosts::start() { state_->read_rent(); }
std::optional<Lamports> OrderCosts::rent() const { return state_->rent; }

Offer OrderCosts::offer(std::optional<PoolIndex> pool) const {
    const bool is_known = pool && pool->value < state_->book.size();
    return state_->fees.offer(
        is_known ? std::optional{dex::id_of(state_->book.pool(*pool))} : std::nullopt,
        state_->lanes != nullptr ? state_->lanes->tip() : std::nullopt);
}

void OrderCosts::expect_orders(PoolIndex pool) {
    if (state_->fees.is_market() && pool.value < state_->book.size()) {
        state_->fees.market.want(dex::id_of(state_->book.pool(pool)),
                                 state_->book.own_accounts_of(pool));
    }
}

std::optional<Offer> OrderCosts::reserve(const Offer& offer, ComputeUnits units, bool is_exit) {
    return state_->fees.caps.reserve(offer, units, is_exit);
}

void OrderCosts::settled(const Offer& reserved, ComputeUnits units, Lamports paid) {
    state_->fees.caps.settled(reserved, units, paid);
}

void OrderCosts::resume(Lamports paid_today) { state_->fees.caps.count(paid_today); }

void OrderCosts::on_tick(MonoTime now) {
    if (!state_->rent && state_->rent_due && now >= *state_->rent_due) {
        state_->read_rent();
    }
    state_->fees.market.on_tick(now);
    if (state_->lanes != nullptr) {
        state_->lanes->on_tick(now);
    }
}

}  // namespace sniperforge::execute
