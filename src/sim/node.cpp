// SPDX-License-Identifier: MIT
#include "sim/node.hpp"

#include <algorithm>
#include <cstdlib>

namespace sniperforge::sim {

namespace {

// The chosen port's successor may be taken: so many pairs are tried.
constexpr int kPortAttempts = 20;
constexpr std::uint16_t kPortMax = 65'535;

}  // namespace

Node::Node(net::Reactor& reactor, Chain& chain, const RpcServerOptions& options,
           ClusterStatistics& statistics, const Rng& rng)
    : chain_{chain},
      condition_{rng},
      rpc_{chain, options, statistics},
      pubsub_{chain, statistics},
      http_{reactor, condition_, rpc_},
      pubsub_port_{reactor, condition_, pubsub_} {
    rpc_.set_submit_listener(
        [this](const Signature& signature) { pubsub_.on_received(signature); });
    rpc_.set_send_fate([this] { return draw_send_fate(); });
    rpc_.set_status_filter([this](const Receipt& receipt) { return is_status_withheld(receipt); });
    rpc_.set_account_filter([this] {
        return condition_.happens(condition_.faults.omitted_account_probability,
                                  FaultKind::OmittedAccount);
    });
    const auto told_slot = [this](Slot slot) {
        return Slot{moved(slot.value, condition_.faults.slots_off)};
    };
    rpc_.set_slot_filter(told_slot);
    pubsub_.set_slot_filter(told_slot);
    rpc_.set_height_filter([this](BlockHeight height) {
        return BlockHeight{moved(height.value, condition_.faults.heights_off)};
    });
    rpc_.set_transaction_filter(
        [this](const Signature& signature) { return is_unserved(signature); });
}

Result<void> Node::listen(const std::string& host, std::uint16_t rpc_port) {
    Result<void> listening;
    for (int i = 0; i < kPortAttempts; ++i) {
        listening = http_.listen(host, rpc_port);
        if (!listening) {
            return listening;
        }
        if (http_.port() == kPortMax) {
            listening = fail("port 65535 has no successor for PubSub");
        } else {
            listening = pubsub_port_.listen(host, static_cast<std::uint16_t>(http_.port() + 1));
        }
        if (listening || rpc_port != 0) {
            return listening;
        }
    }
    return listening;
}

void Node::set_faults(const NodeFaults& faults) {
    const bool goes_down = faults.is_down && !condition_.faults.is_down;
    condition_.faults = faults;
    condition_.has_faults = faults != NodeFaults{};
    if (faults.slots_behind > 0 && rpc_.view().is_live()) {
        stand_at(chain_.slot());
    }
    catch_up();
    if (goes_down) {
        http_.end_all_connections();
        pubsub_port_.end_all_connections();
    }
}

RpcServer::SendFate Node::draw_send_fate() {
    const NodeFaults& faults = condition_.faults;
    if (condition_.happens(faults.lost_probability, FaultKind::LostTransaction)) {
        return RpcServer::SendFate::Lost;
    }
    return condition_.happens(faults.phantom_error_probability, FaultKind::PhantomError)
               ? RpcServer::SendFate::SentWithError
               : RpcServer::SendFate::True;
}

bool Node::is_status_withheld(const Receipt& receipt) {
    const std::uint64_t slots = condition_.faults.stale_status_slots;
    const bool is_withheld = slots > 0 && receipt.slot.value + slots > rpc_.view().slot().value;
    if (is_withheld) {
        condition_.counters.count(FaultKind::StaleStatus);
    }
    return is_withheld;
}

std::uint64_t Node::moved(std::uint64_t ordinal, int off) {
    if (off == 0) {
        return ordinal;
    }
    condition_.counters.count(FaultKind::FalseSlot);
    const auto distance = static_cast<std::uint64_t>(std::abs(off));
    return off > 0 ? ordinal + distance : ordinal - std::min(ordinal, distance);
}

bool Node::is_unserved(const Signature& signature) {
    const bool is_withheld = withheld_.contains(signature);
    if (is_withheld) {
        condition_.counters.count(FaultKind::UnservedTransaction);
    }
    return is_withheld;
}

NodeStatistics Node::statistics() const {
    NodeStatistics statistics;
    statistics.notifications = pubsub_.notifications();
    statistics.pubsub_connections = pubsub_port_.connections();
    for (const auto& [method, count] : rpc_.requests_by_method()) {
        statistics.requests += count;
        statistics.requests_by_method.emplace(method, count);
    }
    return statistics;
}

void Node::on_account(const Pubkey& pubkey, const Account& account, Slot slot) {
    if (rpc_.view().is_live()) {
        pubsub_.on_account(pubkey, account, slot);
        return;
    }
    push({.kind = Event::Kind::Account, .pubkey = pubkey, .a = slot});
}

void Node::on_account_reverted(const Pubkey& pubkey, const Account& account, Slot slot,
                               bool was_confirmed) {
    if (rpc_.view().is_live()) {
        pubsub_.on_account_reverted(pubkey, account, slot, was_confirmed);
        return;
    }
    push({.kind = Event::Kind::AccountReverted,
          .pubkey = pubkey,
          .a = slot,
          .was_confirmed = was_confirmed});
}

void Node::on_transaction(const Receipt& receipt) {
    if (rpc_.view().is_live()) {
        pubsub_.on_transaction(receipt);
        return;
    }
    push({.kind = Event::Kind::Transaction, .receipt = receipt});
}

void Node::on_slot(Slot slot, Slot parent, Slot root) {
    if (rpc_.view().is_live()) {
        pubsub_.on_slot(slot, parent, root);
        return;
    }
    push({.kind = Event::Kind::Slot, .a = slot, .b = parent, .c = root});
}

void Node::on_fork_abandoned(Slot first, Slot last) {
    if (rpc_.view().is_live()) {
        pubsub_.on_fork_abandoned(first, last);
        return;
    }
    push({.kind = Event::Kind::ForkAbandoned, .a = first, .b = last});
}

void Node::end_slot() {
    if (rpc_.view().is_live()) {
        pubsub_.end_slot();
    } else {
        push({.kind = Event::Kind::SlotEnd});
        catch_up();
    }
    rpc_.on_slot();
}

void Node::push(Event event) {
    event.tip = chain_.slot();
    backlog_.push_back(std::move(event));
}

void Node::apply(const Event& event) {
    // PubSub reads the account itself, when it tells of it.
    static const Account kUnread{};
    switch (event.kind) {
        case Event::Kind::Account:
            pubsub_.on_account(event.pubkey, kUnread, event.a);
            break;
        case Event::Kind::AccountReverted:
            pubsub_.on_account_reverted(event.pubkey, kUnread, event.a, event.was_confirmed);
            break;
        case Event::Kind::Transaction:
            pubsub_.on_transaction(event.receipt);
            break;
        case Event::Kind::Slot:
            pubsub_.on_slot(event.a, event.b, event.c);
            break;
        case Event::Kind::ForkAbandoned:
            pubsub_.on_fork_abandoned(event.a, event.b);
            break;
        case Event::Kind::SlotEnd:
            pubsub_.end_slot();
            break;
    }
}

void Node::catch_up() {
    if (rpc_.view().is_live()) {
        return;
    }
    const std::uint64_t behind = condition_.faults.slots_behind;
    const auto is_due = [&](Slot tip) { return tip.value + behind <= chain_.slot().value; };
    while (!backlog_.empty() && is_due(backlog_.front().tip)) {
        const Event event = std::move(backlog_.front());
        backlog_.pop_front();
        stand_at(event.tip);
        apply(event);
    }
    if (behind == 0) {
        stand_at(std::nullopt);
    } else if (const Slot at{chain_.slot().value - behind}; at > rpc_.view().slot()) {
        stand_at(at);
    }
}

void Node::stand_at(std::optional<Slot> slot) {
    for (ChainView* view : {&rpc_.view(), &pubsub_.view()}) {
        if (slot) {
            view->stand_at(*slot);
        } else {
            view->go_live();
        }
    }
}

}  // namespace sniperforge::sim
