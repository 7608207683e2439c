// SPDX-License-Identifier: MIT
// PubSub's incoming frames: answers to our requests and notifications, in whatever order they come.
#include <fmt/format.h>

#include <utility>

#include "rpc/pubsub_state.hpp"
#include "rpc/reply.hpp"

namespace sniperforge::rpc {
namespace {

// Notifications that overtook the answer to their own subscription: a second's worth of a busy one.
constexpr std::size_t kHeldBytesMax = 4U << 20U;

bool does_match(Subscription::Kind kind, Notification::Kind notification) {
    switch (notification) {
        case Notification::Kind::Account:
            return kind == Subscription::Kind::Account;
        case Notification::Kind::Program:
            return kind == Subscription::Kind::Program;
        case Notification::Kind::Logs:
            return kind == Subscription::Kind::Logs;
        case Notification::Kind::Signature:
            return kind == Subscription::Kind::Signature;
        case Notification::Kind::Slot:
            return kind == Subscription::Kind::Slots;
    }
    return false;
}

}  // namespace

void PubSub::State::problem(std::string_view text) {
    ++problems;
    events.on_problem(Error{fmt::format("{}: {}", options.name, secrets_.scrub(text))});
}

void PubSub::State::on_message(std::string_view message, MonoTime at) {
    const auto frame = decoder_.decode_notification(message);
    if (!frame) {
        problem(fmt::format("unreadable frame of {} bytes: {}; it starts with: {}", message.size(),
                            frame.error().text, shown(message)));
        return;
    }
    if (const auto* notification = std::get_if<Notification>(&*frame)) {
        on_notification(*notification, message, at);
    } else if (const auto* acknowledgement = std::get_if<Acknowledgement>(&*frame)) {
        on_acknowledgement(*acknowledgement);
    } else if (const auto* refusal = std::get_if<Refusal>(&*frame)) {
        on_refusal(*refusal);
    }
}

void PubSub::State::on_notification(const Notification& notification, std::string_view message,
                                    MonoTime at) {
    if (const auto index = ledger.find_active(notification.subscription)) {
        deliver(*index, notification, at);
    } else if (retired_.contains(notification.subscription)) {
        return;  // Sent before the node read our unsubscribe.
    } else if (subscribes_open_ > 0) {
        hold(notification.subscription, message, at);
    } else {
        problem(fmt::format("notification for subscription {}, which is none of ours",
                            notification.subscription));
    }
}

void PubSub::State::deliver(std::size_t index, Notification notification, MonoTime at) {
    const Subscription& what = ledger.entry(index).what;
    if (!does_match(what.kind, notification.kind)) {
        problem(fmt::format("subscription {} ({}) got a notification of another kind",
                            notification.subscription, describe(what)));
        return;
    }
    ++notifications;
    const std::uint32_t tag = ledger.entry(index).label.tag;
    if (auto* account = std::get_if<AccountUpdate>(&notification.update);
        account != nullptr && what.kind == Subscription::Kind::Account) {
        account->pubkey = what.key;
    }
    if (auto* signature = std::get_if<SignatureUpdate>(&notification.update)) {
        signature->signature = what.signature;
        ledger.remove(index);  // The node ends it by itself.
    }
    events.on_update(notification.update, tag, at);
}

void PubSub::State::hold(std::uint64_t subscription, std::string_view message, MonoTime at) {
    if (held_bytes_ + message.size() > kHeldBytesMax) {
        problem(
            fmt::format("dropped a notification for subscription {}: {} bytes wait already for "
                        "answers to our subscriptions",
                        subscription, held_bytes_));
        return;
    }
    HeldFrame frame{.subscription = subscription, .text = {}, .size = message.size(), .at = at};
    frame.text.reserve(message.size() + net::kMessagePadding);
    frame.text.assign(message);
    frame.text.append(net::kMessagePadding, '\0');
    held_bytes_ += message.size();
    held_.push_back(std::move(frame));
}

// In the order they came.
void PubSub::State::release_held(std::uint64_t subscription) {
    std::deque<HeldFrame> mine;
    for (auto frame = held_.begin(); frame != held_.end();) {
        if (frame->subscription == subscription) {
            held_bytes_ -= frame->size;
            mine.push_back(std::move(*frame));
            frame = held_.erase(frame);
        } else {
            ++frame;
        }
    }
    for (const HeldFrame& frame : mine) {
        on_message(std::string_view{frame.text}.substr(0, frame.size), frame.at);
    }
}

// Once every answer is here, what is still held is for nobody.
void PubSub::State::drop_held_if_unclaimed() {
    if (subscribes_open_ > 0 || held_.empty()) {
        return;
    }
    const std::size_t count = held_.size();
    const std::uint64_t first = held_.front().subscription;
    held_.clear();
    held_bytes_ = 0;
    problem(
        fmt::format("{} notifications for subscriptions that are none of ours, the first for {}",
                    count, first));
}

std::optional<PubSub::State::OpenRequest> PubSub::State::take_request(std::uint64_t id) {
    const auto found = open_requests_.find(id);
    if (found == open_requests_.end()) {
        return std::nullopt;
    }
    const OpenRequest request = found->second;
    open_requests_.erase(found);
    subscribes_open_ -= request.is_subscribe ? 1 : 0;
    return request;
}

void PubSub::State::on_acknowledgement(const Acknowledgement& acknowledgement) {
    const auto request = take_request(acknowledgement.id);
    if (!request) {
        problem(fmt::format("an answer to request {}, which is not open", acknowledgement.id));
        return;
    }
    if (!request->is_subscribe) {
        retired_.erase(request->subscription);
    } else if (request->is_unwanted) {
        send_unsubscribe(request->kind, acknowledgement.result);
        release_held(acknowledgement.result);  // To be ignored.
    } else if (ledger.find_active(acknowledgement.result)) {
        // Two subscriptions under one id cannot be told apart.
        ledger.refuse(request->entry);
        problem(fmt::format("subscription id {} was given out twice", acknowledgement.result));
        lose(Error{"the node gave one subscription id out twice"});
        return;
    } else {
        ledger.activate(request->entry, acknowledgement.result);
        if (request->kind == Subscription::Kind::Account) {
            // Before what it held back: the owner hears of the subscription, then through it.
            events.on_account_subscribed(ledger.entry(request->entry).label.tag);
        }
        release_held(acknowledgement.result);
    }
    drop_held_if_unclaimed();
    pump();
}

void PubSub::State::on_refusal(const Refusal& refusal) {
    const std::string error = shown(refusal.error);
    const auto request = take_request(refusal.id);
    if (!request) {
        problem(fmt::format("an error for request {}, which is not open: {}", refusal.id, error));
        return;
    }
    if (!request->is_subscribe) {
        retired_.erase(request->subscription);
        problem(
            fmt::format("ending subscription {} was refused: {}", request->subscription, error));
    } else if (!request->is_unwanted) {
        ledger.refuse(request->entry);
        if (retry_timer_ == 0) {
            retry_timer_ = reactor.schedule_after(retry_backoff_.next(rng_), [this] {
                retry_timer_ = 0;
                ledger.retry_refused();
                is_announced_ = false;
                pump();
            });
        }
        problem(fmt::format("subscribing to {} was refused and is asked for again later: {}",
                            describe(ledger.entry(request->entry).what), error));
        if (request->kind == Subscription::Kind::Account) {
            events.on_account_refused(ledger.entry(request->entry).label.tag);
        }
    }
    drop_held_if_unclaimed();
    pump();
}

}  // namespace sniperforge::rpc
