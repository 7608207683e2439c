// SPDX-License-Identifier: MIT
// A tape brings what it has, whatever is asked.
#pragma once

#include <span>

#include "sniperforge/feed/watcher.hpp"

namespace sniperforge::backtest {

class NothingToWatch final : public feed::Watcher {
 public:
    void watch(std::span<const Pubkey> /*accounts*/, feed::Priority /*priority*/) override {}
    void watch_together(std::span<const Pubkey> /*accounts*/,
                        feed::Priority /*priority*/) override {}
    void unwatch(std::span<const Pubkey> /*accounts*/) override {}
    void set_priority(std::span<const Pubkey> /*accounts*/, feed::Priority /*priority*/) override {}
    void read_holdings(const Pubkey& /*owner*/) override {}
    void watch_signature(const Signature& /*signature*/) override {}
    void on_tick(MonoTime /*now*/) override {}
};

}  // namespace sniperforge::backtest
