// SPDX-License-Identifier: MIT
#include "sniperforge/execute/lanes.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "execute/lane.hpp"
#include "sniperforge/core/base64.hpp"

namespace sniperforge::execute {

struct Lanes::State {
    explicit State(net::Reactor& event_loop) : reactor{event_loop} {}

    net::Reactor& reactor;
    std::vector<std::shared_ptr<Lane>> lanes;  // The best first.
};

Lanes::Lanes(std::shared_ptr<State> state) : state_{std::move(state)} {}
Lanes::~Lanes() = default;

Result<std::unique_ptr<Lanes>> Lanes::create(net::Reactor& reactor,
                                             std::span<const config::LaneSettings> lanes,
                                             Duration timeout) {
    auto state = std::make_shared<State>(reactor);
    for (std::size_t i = 0; i < lanes.size(); ++i) {
        const auto url = net::parse_url(lanes[i].url);
        if (!url) {
            return fail(fmt::format("execution.lanes[{}].url", i), url.error());
        }
        std::optional<net::Url> tip_floor;
        if (!lanes[i].tip_floor_url.empty()) {
            auto parsed = net::parse_url(lanes[i].tip_floor_url);
            if (!parsed) {
                return fail(fmt::format("execution.lanes[{}].tip_floor_url", i), parsed.error());
            }
            tip_floor = std::move(*parsed);
        }
        state->lanes.push_back(std::make_shared<Lane>(reactor, lanes[i], *url, tip_floor, timeout));
    }
    return std::unique_ptr<Lanes>{new Lanes{std::move(state)}};
}

// A lane that would not get the order is not paid for: then the next one's tip it is, or none.
std::optional<TipRange> Lanes::tip() const {
    const MonoTime now = state_->reactor.now();
    for (const auto& lane : state_->lanes) {
        if (lane->may_send(now)) {
            return lane->tip(now);
        }
    }
    return std::nullopt;
}

std::optional<Pubkey> Lanes::account(Lamports tip, IntentId order,
                                     std::span<const solana::AddressLookupTable> tables) const {
    const MonoTime now = state_->reactor.now();
    const auto is_in_table = [&](const Pubkey& account) {
        return std::ranges::any_of(tables, [&](const solana::AddressLookupTable& table) {
            return std::ranges::find(table.addresses, account) != table.addresses.end();
        });
    };
    for (const auto& lane : state_->lanes) {
        const std::vector<Pubkey>& accounts = lane->accounts();
        for (std::size_t i = 0; i < accounts.size(); ++i) {
            // Transactions that lock the same tip account wait for each other.
            const Pubkey& account = accounts[(order.value + i) % accounts.size()];
            if (lane->may_send(now) && lane->takes(account, tip) && !is_in_table(account)) {
                return account;
            }
        }
    }
    return std::nullopt;
}

std::size_t Lanes::send(BytesView wire, const Tip& tip) {
    const MonoTime now = state_->reactor.now();
    const std::string transaction = base64_encode(wire);
    std::size_t sent = 0;
    for (const auto& lane : state_->lanes) {
        if (lane->takes(tip.account, tip.amount) && lane->send(now, transaction)) {
            ++sent;
        }
    }
    return sent;
}

void Lanes::on_tick(MonoTime now) {
    for (const auto& lane : state_->lanes) {
        lane->on_tick(now);
    }
}

std::vector<LaneStatistics> Lanes::statistics() const {
    std::vector<LaneStatistics> statistics;
    for (const auto& lane : state_->lanes) {
        statistics.push_back(lane->statistics(state_->reactor.now()));
    }
    return statistics;
}

// Names are letters, digits, - and _ by the settings.
std::string to_json(std::span<const LaneStatistics> lanes) {
    std::string text = "[";
    for (const LaneStatistics& lane : lanes) {
        text += fmt::format(
            R"({}{{"name":"{}","sent":{},"accepted":{},"refused":{},"limited":{},"failed":{},)"
            R"("held_back":{},"resting":{},"tip_lamports":{}}})",
            text.size() > 1 ? "," : "", lane.name, lane.sent, lane.accepted, lane.refused,
            lane.limited, lane.failed, lane.held_back, lane.is_resting, lane.tip.raw());
    }
    return text + "]";
}

}  // namespace sniperforge::execute
