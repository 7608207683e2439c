// SPDX-License-Identifier: MIT
#include "app/genesis.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "sniperforge/telemetry/log.hpp"

namespace sniperforge::app {
namespace {

// An endpoint that does not tell is asked again so soon, and twice as late each time after that.
constexpr Duration kPauseMin = std::chrono::milliseconds{100};
constexpr Duration kPauseMax = std::chrono::seconds{5};
// For the others once one has told: longer than a hiccup, and no time for a person in a hurry.
constexpr Duration kOthersPatience = std::chrono::seconds{2};

[[nodiscard]] rpc::RpcError not_yet() { return {.message = "has not answered yet"}; }

// Of an earlier reading.
[[nodiscard]] rpc::RpcResult<Hash> answer_of(const std::string& endpoint,
                                             const std::vector<EndpointGenesis>& before) {
    const auto found = std::ranges::find(before, endpoint, &EndpointGenesis::endpoint);
    return found == before.end() ? std::unexpected(not_yet()) : found->hash;
}

}  // namespace

GenesisReader::GenesisReader(net::Reactor& reactor, std::vector<rpc::Endpoint> endpoints,
                             Duration timeout, const std::vector<EndpointGenesis>& before)
    : reactor_{reactor} {
    for (rpc::Endpoint& endpoint : endpoints) {
        answers_.push_back({endpoint.name, answer_of(endpoint.name, before)});
        Asked asked;
        asked.role = std::exchange(endpoint.role, rpc::EndpointRole::Both);
        asked.pause = kPauseMin;
        endpoint.connections = 1;
        asked.client = std::make_unique<rpc::RpcClient>(
            reactor, std::vector{std::move(endpoint)},
            rpc::ClientOptions{.timeout = timeout, .attempts_max = 1});
        asked_.push_back(std::move(asked));
    }
}

GenesisReader::~GenesisReader() {
    for (const Asked& each : asked_) {
        reactor_.cancel(each.timer);
    }
}

void GenesisReader::start(std::function<void()> heard) {
    heard_ = std::move(heard);
    started_at_ = reactor_.now();
    for (std::size_t i = 0; i < asked_.size(); ++i) {
        if (!answers_[i].hash) {
            ask(i);
        }
    }
}

void GenesisReader::ask(std::size_t index) {
    asked_[index].timer = 0;
    asked_[index].client->get_genesis_hash(
        [this, index](rpc::RpcResult<Hash> hash) { on_answer(index, std::move(hash)); });
}

void GenesisReader::on_answer(std::size_t index, rpc::RpcResult<Hash> hash) {
    Asked& asked = asked_[index];
    answers_[index].hash = std::move(hash);
    if (!answers_[index].hash) {
        asked.timer = reactor_.schedule_after(asked.pause, [this, index] { ask(index); });
        asked.pause = std::min(asked.pause * 2, kPauseMax);
    } else if (admit_) {
        // Behind the current event, which is its client's.
        asked.timer = reactor_.schedule_at(reactor_.now(), [this, index] {
            asked_[index].timer = 0;
            if (*answers_[index].hash == genesis_) {
                telemetry::warning("app",
                                   "endpoint {} has told its genesis hash: it is used from now on",
                                   answers_[index].endpoint);
            }
            judge(index);
        });
    }
    if (heard_) {
        heard_();
    }
}

void GenesisReader::judge(std::size_t index) {
    const auto& [endpoint, hash] = answers_[index];
    asked_[index].client.reset();
    if (*hash == genesis_) {
        return admit_(endpoint);
    }
    telemetry::error("app",
                     "endpoint {} serves another chain, by its genesis hash {}, than the others, "
                     "{}: it is never used; take it out of network.endpoints",
                     endpoint, hash->to_string(), genesis_.to_string());
}

bool GenesisReader::is_told_besides(rpc::EndpointRole role) const {
    bool is_there_one = false;
    for (std::size_t i = 0; i < asked_.size(); ++i) {
        if (asked_[i].role == role) {
            continue;
        }
        if (answers_[i].hash) {
            return true;
        }
        is_there_one = true;
    }
    return !is_there_one;
}

bool GenesisReader::is_settled() const {
    if (std::ranges::all_of(answers_, [](const EndpointGenesis& each) { return !!each.hash; })) {
        return true;
    }
    return reactor_.now() - started_at_ >= kOthersPatience &&
           is_told_besides(rpc::EndpointRole::Send) && is_told_besides(rpc::EndpointRole::Read);
}

void GenesisReader::keep_to(const Hash& genesis,
                            std::function<void(const std::string& endpoint)> admit) {
    heard_ = nullptr;
    genesis_ = genesis;
    admit_ = std::move(admit);
    for (std::size_t i = 0; i < asked_.size(); ++i) {
        if (answers_[i].hash) {
            judge(i);
            continue;
        }
        telemetry::warning(
            "app",
            "endpoint {} is not used: it has not told its genesis hash ({}). Nothing is read from "
            "it or sent to it before it has; it is asked every {} s. If it stays away, take it out "
            "of network.endpoints",
            answers_[i].endpoint, answers_[i].hash.error().text(),
            kPauseMax / std::chrono::seconds{1});
    }
}

bool is_mainnet(const Hash& genesis) {
    return genesis.to_string() == "5eykt4UsFv8P8NJdTREpY1vzqKqZKvdpKuc147dw2N9d";
}

Result<void> check_one_chain(const std::vector<EndpointGenesis>& answers) {
    const auto first = std::find_if(answers.begin(), answers.end(),
                                    [](const EndpointGenesis& each) { return each.hash; });
    const bool is_one = std::all_of(first, answers.end(), [&](const EndpointGenesis& each) {
        return !each.hash || *each.hash == *first->hash;
    });
    if (is_one) {
        return {};
    }
    std::string told;
    for (const EndpointGenesis& each : answers) {
        if (each.hash) {
            told += fmt::format("{}{} {}", told.empty() ? "" : ", ", each.endpoint,
                                each.hash->to_string());
        }
    }
    return fail("the endpoints serve different chains, by their genesis hashes: " + told +
                "; leave only those of one cluster in network.endpoints");
}

std::string untold(const std::vector<EndpointGenesis>& answers) {
    std::string text;
    for (const EndpointGenesis& each : answers) {
        if (!each.hash) {
            text += fmt::format("{}{}: {}", text.empty() ? "" : "; ", each.endpoint,
                                each.hash.error().text());
        }
    }
    return text;
}

Hash genesis_of(const std::vector<EndpointGenesis>& answers) {
    const auto first = std::ranges::find_if(
        answers, [](const EndpointGenesis& each) { return each.hash.has_value(); });
    return first == answers.end() ? Hash{} : *first->hash;
}

Result<ChainTold> read_chain(const std::vector<rpc::Endpoint>& endpoints, Duration timeout,
                             Duration patience) {
    const auto reactor = net::make_asio_reactor();
    GenesisReader reader{*reactor, endpoints, timeout};
    const MonoTime deadline = reactor->now() + patience;
    const std::function<void()> look = [&] {
        if (reader.is_settled() || reactor->now() >= deadline) {
            return reactor->stop();
        }
        reactor->schedule_after(kPauseMin, look);
    };
    reader.start([] {});
    reactor->schedule_after(kPauseMin, look);
    reactor->run();
    if (auto one = check_one_chain(reader.answers()); !one) {
        return Err{one.error()};
    }
    if (!reader.is_settled()) {
        return fail(
            fmt::format("reading the genesis hash of an endpoint to read from and of one "
                        "to send to, within {} s: {}",
                        patience / std::chrono::seconds{1}, untold(reader.answers())));
    }
    return ChainTold{genesis_of(reader.answers()), reader.answers()};
}

GuardedPool::GuardedPool(net::Reactor& reactor, rpc::RpcClient& rpc,
                         std::vector<rpc::Endpoint> endpoints, Duration timeout,
                         const ChainTold& told)
    : genesis_{reactor, std::move(endpoints), timeout, told.answers} {
    for (const EndpointGenesis& each : genesis_.answers()) {
        rpc.exclude(each.endpoint);
    }
    genesis_.start([] {});
    genesis_.keep_to(told.genesis, [&rpc](const std::string& endpoint) { rpc.admit(endpoint); });
}

}  // namespace sniperforge::app
