// SPDX-License-Identifier: MIT
#include "feed/logs_window.hpp"

#include <algorithm>
#include <utility>

namespace sniperforge::feed {

LogsWindow::LogsWindow(Duration window, Deliver deliver)
    : window_{window}, deliver_{std::move(deliver)} {}

bool LogsWindow::is_first(const Signature& signature) {
    if (!known_.insert(signature).second) {
        return false;
    }
    order_.push_back(signature);
    if (order_.size() > kSignaturesMax) {
        known_.erase(order_.front());
        order_.pop_front();
    }
    return true;
}

bool LogsWindow::offer(const LogsUpdate& update, MonoTime received) {
    if (!is_first(update.signature)) {
        return false;
    }
    if (window_ == Duration{0} || (passed_ && update.slot <= *passed_)) {
        late_ += passed_ && update.slot < *passed_ ? 1 : 0;
        passed_ = std::max(passed_.value_or(update.slot), update.slot);
        deliver_(update, received);
        return true;
    }
    hold(update, received);
    if (held_.size() > kHeldMax) {
        release_up_to(held_.front().slot);
    }
    return true;
}

void LogsWindow::hold(const LogsUpdate& update, MonoTime received) {
    Held held{update.slot, update.signature, update.is_failed, {}, received};
    held.lines.assign(update.lines.begin(), update.lines.end());
    const auto behind = std::find_if(held_.rbegin(), held_.rend(),
                                     [&](const Held& other) { return other.slot <= update.slot; });
    held_.insert(behind.base(), std::move(held));
}

std::optional<MonoTime> LogsWindow::due() const {
    const auto first =
        std::min_element(held_.begin(), held_.end(),
                         [](const Held& a, const Held& b) { return a.received < b.received; });
    return first == held_.end() ? std::nullopt : std::optional{first->received + window_};
}

void LogsWindow::release(MonoTime now) {
    std::optional<Slot> newest;
    for (const Held& held : held_) {
        if (held.received + window_ <= now) {
            newest = held.slot;  // By slot: the last one found is the newest.
        }
    }
    if (newest) {
        release_up_to(*newest);
    }
}

void LogsWindow::release_up_to(Slot slot) {
    std::vector<std::string_view> lines;
    while (!held_.empty() && held_.front().slot <= slot) {
        // Out of the list first: whoever hears it may offer more.
        const Held held = std::move(held_.front());
        held_.pop_front();
        passed_ = std::max(passed_.value_or(held.slot), held.slot);
        lines.assign(held.lines.begin(), held.lines.end());
        deliver_({held.slot, held.signature, held.is_failed, lines}, held.received);
    }
}

}  // namespace sniperforge::feed
