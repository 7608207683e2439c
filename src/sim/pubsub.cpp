// SPDX-License-Identifier: MIT
#include "sim/pubsub.hpp"

#include <algorithm>
#include <array>

#include "sim/json_parsed_account.hpp"

namespace sniperforge::sim {

namespace {

// {"jsonrpc":"2.0","method":NAME,"params":{"result":RESULT,"subscription":  The id and "}}" follow.
template <typename WriteResult>
std::shared_ptr<const std::string> body_of(std::string_view method, WriteResult write_result) {
    std::string text;
    JsonWriter json{text};
    json.begin_object().key("jsonrpc").string("2.0").key("method").string(method);
    json.key("params").begin_object().key("result");
    write_result(json);
    json.key("subscription");
    return std::make_shared<const std::string>(std::move(text));
}

void begin_slot_context(JsonWriter& json, Slot slot) {
    json.begin_object().key("context").begin_object().key("slot").number(slot.value);
    json.end_object().key("value");
}

std::shared_ptr<const std::string> signature_body(const Receipt& receipt) {
    return body_of("signatureNotification", [&](JsonWriter& json) {
        begin_slot_context(json, receipt.slot);
        json.begin_object().key("err").raw(receipt.error_json).end_object().end_object();
    });
}

}  // namespace

PubSub::PubSub(const Chain& chain, ClusterStatistics& statistics)
    : view_{chain}, statistics_{statistics} {}
PubSub::~PubSub() = default;

void PubSub::on_account(const Pubkey& pubkey, const Account&, Slot slot) {
    note_written(pubkey, slot, Write::Forward);
}

void PubSub::on_account_reverted(const Pubkey& pubkey, const Account&, Slot slot,
                                 bool was_confirmed) {
    note_written(pubkey, slot, was_confirmed ? Write::RevertOfConfirmed : Write::Revert);
}

void PubSub::note_written(const Pubkey& pubkey, Slot slot, Write write) {
    written_slot_ = slot;
    const auto [found, is_new] = written_index_.try_emplace(pubkey, written_.size());
    if (!is_new) {
        written_[found->second].is_last = false;
        found->second = written_.size();
    }
    written_.push_back({pubkey, true, write});
}

void PubSub::on_transaction(const Receipt& receipt) {
    Body body;
    const auto tell = [&](std::span<const Id> ids) {
        if (!ids.empty() && !body) {
            body = body_of("logsNotification", [&](JsonWriter& json) {
                begin_slot_context(json, receipt.slot);
                json.begin_object().key("err").raw(receipt.error_json);
                json.key("logs").begin_array();
                for (const std::string& line : receipt.logs) {
                    json.string(line);
                }
                json.end_array().key("signature").string(receipt.signature.to_string());
                json.end_object().end_object();
            });
        }
        for (const Id id : ids) {
            deliver(id, receipt.slot, body);
        }
    };
    tell(all_logs_);
    if (!by_mention_.empty()) {
        for (const Pubkey& key : receipt.account_keys) {
            if (const auto found = by_mention_.find(key); found != by_mention_.end()) {
                tell(found->second);
            }
        }
    }
    notify_signature(receipt);
}

void PubSub::notify_signature(const Receipt& receipt) {
    const auto found = by_signature_.find(receipt.signature);
    if (found == by_signature_.end()) {
        return;
    }
    const Body body = signature_body(receipt);
    // Copied: a delivery at once ends its subscription.
    for (const Id id : std::vector<Id>{found->second}) {
        deliver(id, receipt.slot, body, true);
    }
}

void PubSub::tell_past(Id id) {
    const Subscription& subscription = subscriptions_.at(id);
    if (subscription.kind != Kind::Signature) {
        return;
    }
    if (const Receipt* receipt = view_.receipt(subscription.signature)) {
        deliver(id, receipt->slot, signature_body(*receipt), true);
    }
}

void PubSub::on_received(const Signature& signature) {
    const auto found = by_signature_.find(signature);
    if (found == by_signature_.end()) {
        return;
    }
    const Body body = body_of("signatureNotification", [&](JsonWriter& json) {
        begin_slot_context(json, view_.slot());
        json.string("receivedSignature").end_object();
    });
    for (const Id id : found->second) {
        if (subscriptions_.at(id).wants_received) {
            send(id, *body);
        }
    }
}

void PubSub::on_slot(Slot slot, Slot parent, Slot root) {
    end_slot();
    if (!slots_.empty()) {
        const Body body = body_of("slotNotification", [&](JsonWriter& json) {
            json.begin_object().key("parent").number(told(parent));
            json.key("root").number(told(root)).key("slot").number(told(slot)).end_object();
        });
        for (const Id id : slots_) {
            send(id, *body);
        }
    }
    if (!roots_.empty() && root != last_root_) {
        const Body body =
            body_of("rootNotification", [&](JsonWriter& json) { json.number(told(root)); });
        for (const Id id : roots_) {
            send(id, *body);
        }
    }
    last_root_ = root;
}

void PubSub::on_fork_abandoned(Slot first, Slot last) {
    flush_accounts();
    for (auto* queue : {&confirmed_, &finalized_}) {
        std::erase_if(*queue, [&](const Delayed& delayed) {
            return delayed.slot >= first && delayed.slot <= last;
        });
    }
}

void PubSub::end_slot() {
    flush_accounts();
    release_delayed();
}

void PubSub::flush_accounts() {
    for (const Written& written : written_) {
        if (!written.is_last) {
            continue;
        }
        // What was closed is told as an empty account of the System program.
        static const Account kClosed{};
        const Account* account = view_.account_at(written.pubkey, written_slot_);
        notify_account(written.pubkey, account == nullptr ? kClosed : *account, written_slot_,
                       written.write);
    }
    written_.clear();
    written_index_.clear();
}

// Who never saw what is undone is not told of it.
bool PubSub::concerns(Write write, Commitment commitment) {
    return write == Write::Forward || commitment == kProcessed ||
           (write == Write::RevertOfConfirmed && commitment == kConfirmed);
}

void PubSub::notify_account(const Pubkey& pubkey, const Account& account, Slot slot, Write write) {
    const AccountFinder find = [this, slot](const Pubkey& key) {
        return view_.account_at(key, slot);
    };
    if (const auto found = by_account_.find(pubkey); found != by_account_.end()) {
        std::array<Body, kAccountEncodings> bodies;
        for (const Id id : found->second) {
            const RequestConfig& config = subscriptions_.at(id).config;
            if (!concerns(write, config.commitment)) {
                continue;
            }
            Body sliced;  // A slice is the subscription's own: its text is not shared.
            Body& body = config.slice ? sliced : bodies[static_cast<std::size_t>(config.encoding)];
            if (!body) {
                body = body_of("accountNotification", [&](JsonWriter& json) {
                    begin_slot_context(json, slot);
                    write_account(json, account, config.encoding, config.slice, find);
                    json.end_object();
                });
            }
            deliver(id, slot, body);
        }
    }
    if (const auto found = by_program_.find(account.owner); found != by_program_.end()) {
        std::array<Body, kAccountEncodings> bodies;
        for (const Id id : found->second) {
            const RequestConfig& config = subscriptions_.at(id).config;
            if (!config.filters.match(account) || !concerns(write, config.commitment) ||
                !is_listed(account, config.encoding, find)) {
                continue;
            }
            Body sliced;
            Body& body = config.slice ? sliced : bodies[static_cast<std::size_t>(config.encoding)];
            if (!body) {
                body = body_of("programNotification", [&](JsonWriter& json) {
                    begin_slot_context(json, slot);
                    json.begin_object().key("account");
                    write_account(json, account, config.encoding, config.slice, find);
                    json.key("pubkey").string(pubkey.to_string()).end_object().end_object();
                });
            }
            deliver(id, slot, body);
        }
    }
}

void PubSub::deliver(Id id, Slot slot, Body body, bool is_final) {
    const Commitment commitment = subscriptions_.at(id).config.commitment;
    if (slot <= view_.slot_at(commitment)) {
        send(id, *body);
        if (is_final) {
            remove(id);
        }
        return;
    }
    auto& queue = commitment == kFinalized ? finalized_ : confirmed_;
    const auto place = std::ranges::upper_bound(queue, slot, {}, &Delayed::slot);
    queue.insert(place, {slot, id, std::move(body), is_final});
}

void PubSub::release_delayed() {
    for (const Commitment commitment : {kConfirmed, kFinalized}) {
        auto& queue = commitment == kFinalized ? finalized_ : confirmed_;
        const Slot slot = view_.slot_at(commitment);
        while (!queue.empty() && queue.front().slot <= slot) {
            const Delayed delayed = std::move(queue.front());
            queue.pop_front();
            if (!subscriptions_.contains(delayed.id)) {
                continue;  // Ended while this waited.
            }
            send(delayed.id, *delayed.body);
            if (delayed.is_final) {
                remove(delayed.id);
            }
        }
    }
}

void PubSub::send(Id id, const std::string& body) {
    scratch_.assign(body);
    fmt::format_to(std::back_inserter(scratch_), "{}}}}}", id);
    ++statistics_.notifications;
    ++notifications_;
    const Subscription& subscription = subscriptions_.at(id);
    outlet_->notify(*subscription.peer->socket, subscription.kind, scratch_);
}

}  // namespace sniperforge::sim
