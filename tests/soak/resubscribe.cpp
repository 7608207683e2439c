// SPDX-License-Identifier: MIT
#include "resubscribe.hpp"

#include <algorithm>

#include "sniperforge/rpc/pubsub.hpp"

namespace sniperforge::soak {
namespace {

constexpr Duration kPatience = std::chrono::seconds{60};

class Rounds final : public rpc::PubSubEvents {
 public:
    Rounds(net::Reactor& reactor, const std::string& url, const std::vector<Pubkey>& accounts)
        : reactor_{reactor},
          pubsub_{reactor,
                  {.name = "resubscribing",
                   .url = url,
                   .api_key = {},
                   .api_key_header = {},
                   .reconnect_delay_min = Duration{0},
                   .reconnect_delay_max = Duration{0}},
                  *this} {
        for (std::size_t i = 0; i < std::min(kResubscribed, accounts.size()); ++i) {
            pubsub_.subscribe_account(accounts[i]);
        }
    }
    void run() {
        reactor_.schedule_after(kPatience, [this] { reactor_.stop(); });
        started_at_ = reactor_.now();
        pubsub_.start();
        reactor_.run();
    }
    [[nodiscard]] std::vector<Duration> take() { return std::move(times_); }

 private:
    void on_update(const ChainUpdate&, std::uint32_t, MonoTime) override {}
    void on_subscribed() override {
        times_.push_back(reactor_.now() - started_at_);
        // Not from inside this call.
        reactor_.post([this] { next(); });
    }
    void on_lost(const Error&) override {}
    void on_problem(const Error&) override {}
    void next() {
        if (times_.size() >= kResubscribeRounds) {
            reactor_.stop();
            return;
        }
        started_at_ = reactor_.now();
        pubsub_.reconnect(Error{"measuring"});
    }

    net::Reactor& reactor_;
    MonoTime started_at_;
    std::vector<Duration> times_;
    rpc::PubSub pubsub_;
};

}  // namespace

std::vector<Duration> measure_resubscribing(net::Reactor& reactor, const std::string& pubsub_url,
                                            const std::vector<Pubkey>& accounts) {
    Rounds rounds{reactor, pubsub_url, accounts};
    rounds.run();
    std::vector<Duration> times = rounds.take();
    std::ranges::sort(times);
    return times;
}

}  // namespace sniperforge::soak
