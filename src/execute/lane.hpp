// SPDX-License-Identifier: MIT
// One lane: its connection, what it allows, whether it works, and what it wants.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "sniperforge/execute/lanes.hpp"
#include "sniperforge/net/http.hpp"
#include "sniperforge/net/secret_scrubber.hpp"

namespace sniperforge::execute {

class Lane : public std::enable_shared_from_this<Lane> {
 public:
    Lane(net::Reactor& reactor, const config::LaneSettings& settings, const net::Url& url,
         const std::optional<net::Url>& tip_floor_url, Duration timeout);

    // It does not rest and its rate has room.
    [[nodiscard]] bool may_send(MonoTime now) const;
    [[nodiscard]] bool takes(const Pubkey& account, Lamports tip) const;
    [[nodiscard]] const std::vector<Pubkey>& accounts() const { return accounts_; }
    [[nodiscard]] TipRange tip(MonoTime now) const;
    // False: held back. The transaction is in base64.
    bool send(MonoTime now, std::string_view transaction);
    void on_tick(MonoTime now);
    [[nodiscard]] LaneStatistics statistics(MonoTime now) const;

 private:
    [[nodiscard]] net::HttpRequest request_of(std::string_view transaction) const;
    void on_answer(const net::HttpResult& answer);
    void on_tip_floor(const net::HttpResult& answer);
    // What was said against the transaction or the sender, and how long it wants to be left alone.
    void fail_once(const std::string& why, std::optional<Duration> pause);
    void succeed();

    net::Reactor& reactor_;
    config::LaneSettings settings_;
    std::vector<Pubkey> accounts_;
    net::HttpClient http_;
    std::string target_;
    std::unique_ptr<net::HttpClient> tip_floor_http_;
    std::string tip_floor_target_;
    net::SecretScrubber secrets_;

    // The next request is in its turn from then on, with as many ahead of it as a second holds.
    Duration interval_, burst_;
    MonoTime turn_;
    MonoTime rests_until_;
    std::uint32_t failures_ = 0;  // In a row.
    std::uint32_t rests_ = 0;     // Since it worked last.
    LaneStatistics counts_;
    MonoTime tip_due_, tip_known_at_;
    std::optional<Lamports> tip_known_;
    bool is_tip_failing_ = false;
};

}  // namespace sniperforge::execute
