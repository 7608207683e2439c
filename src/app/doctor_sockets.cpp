// SPDX-License-Identifier: MIT
// What the nodes' sockets deliver, and whether they are of the same chain as the rest.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <string_view>

#include "app/await_answer.hpp"
#include "app/doctor.hpp"
#include "sniperforge/dex/venue.hpp"
#include "sniperforge/net/secret_scrubber.hpp"
#include "sniperforge/net/websocket.hpp"
#include "sniperforge/rpc/socket_message.hpp"
#include "sniperforge/solana/clock.hpp"
#include "sniperforge/solana/program_ids.hpp"

namespace sniperforge::app {
namespace {

// Between the slots of a node's two sides, both of one chain and both alive.
constexpr std::uint64_t kSlotsApartMax = 64;
constexpr std::size_t kWordsMax = 256;

enum class Ask : std::uint8_t { Genesis, Slots, Account, Logs, Signature, Program };
constexpr std::size_t kAsks = 6;
constexpr std::array<std::string_view, kAsks> kAskNames{"getGenesisHash",     "slotSubscribe",
                                                        "accountSubscribe",   "logsSubscribe",
                                                        "signatureSubscribe", "programSubscribe"};

// One socket: everything is subscribed once and listened to for a while.
class SocketProbe final : public net::WebSocketEvents {
 public:
    struct Subject {
        bool is_asked = false;
        bool is_answered = false;
        std::string refusal;  // The node's words.
        std::string result;   // As JSON: a subscription's number, or the genesis hash.
        std::uint64_t notifications = 0;
        Duration first_after{0};
    };

    SocketProbe(DoctorContext& doctor, const ProbedNode& node)
        : reactor_{doctor.reactor}, patience_{doctor.patience} {
        asked(Ask::Genesis, "[]");
        asked(Ask::Slots, "[]");
        const std::string account = doctor.pools.empty() ? solana::kClockSysvar.to_string()
                                                         : doctor.pools.front().to_string();
        asked(Ask::Account,
              fmt::format(R"(["{}",{{"encoding":"base64","commitment":"processed"}}])", account));
        asked(Ask::Logs,
              fmt::format(R"([{{"mentions":["{}"]}},{{"commitment":"processed"}}])", account));
        asked(Ask::Signature,
              R"(["1111111111111111111111111111111111111111111111111111111111111111",)"
              R"({"commitment":"confirmed"}])");
        if (doctor.settings.feed.hears_new_pools_by("accounts")) {
            asked(Ask::Program,
                  fmt::format(R"(["{}",{{"encoding":"base64","commitment":"processed",)"
                              R"("filters":[{{"dataSize":{}}}]}}])",
                              solana::kRaydiumCpmmProgram.to_string(),
                              dex::pool_bytes(VenueId::RaydiumCpmm)));
        }
        secrets_.add_url(node.settings.pubsub_url);
        if (node.settings.api_key) {
            secrets_.add(node.settings.api_key->value);
        }
    }

    // Until everything that was subscribed has been delivered, or the time is over.
    void listen(const ProbedNode& node, const net::Url& url) {
        net::WebSocketOptions options;
        if (node.settings.api_key) {
            options.headers.push_back({node.settings.api_key_header, node.settings.api_key->value});
        }
        net::WebSocketClient client{reactor_, url, *this, std::move(options)};
        client_ = &client;
        const net::TimerId end = reactor_.schedule_after(patience_, [this] { reactor_.stop(); });
        reactor_.run();
        reactor_.cancel(end);
        client_ = nullptr;
    }

    void on_open() override {
        opened_at_ = reactor_.now();
        is_open_ = true;
        for (std::size_t i = 0; i < kAsks; ++i) {
            if (subjects_[i].is_asked) {
                client_->send_text(
                    fmt::format(R"({{"jsonrpc":"2.0","id":{},"method":"{}","params":{}}})", i + 1,
                                kAskNames[i], params_[i]));
            }
        }
    }
    void on_message(std::string_view text, MonoTime at) override {
        if (const auto message = rpc::parse_socket_message(text)) {
            message->id ? on_answer(*message) : on_notification(*message, at);
        }
        if (is_all_delivered()) {
            reactor_.stop();
        }
    }
    void on_close(const Error& reason) override {
        closed_ = secrets_.scrub(reason.text);
        reactor_.stop();
    }

    [[nodiscard]] bool was_open() const { return is_open_; }
    [[nodiscard]] const std::string& closed() const { return closed_; }
    [[nodiscard]] const Subject& of(Ask ask) const {
        return subjects_[static_cast<std::size_t>(ask)];
    }
    [[nodiscard]] std::optional<Slot> slot() const { return slot_; }

 private:
    void asked(Ask ask, std::string params) {
        subjects_[static_cast<std::size_t>(ask)].is_asked = true;
        params_[static_cast<std::size_t>(ask)] = std::move(params);
    }
    void on_answer(const rpc::SocketMessage& message) {
        if (*message.id == 0 || *message.id > kAsks) {
            return;
        }
        const std::size_t ask = *message.id - 1;
        subjects_[ask].is_answered = true;
        subjects_[ask].refusal = secrets_.scrub(message.error.substr(0, kWordsMax));
        subjects_[ask].result = message.result;
        if (!message.result.empty()) {
            subscriptions_[message.result] = ask;
        }
    }
    void on_notification(const rpc::SocketMessage& message, MonoTime at) {
        const auto found = subscriptions_.find(message.subscription);
        if (found == subscriptions_.end()) {
            return;
        }
        Subject& subject = subjects_[found->second];
        if (++subject.notifications == 1) {
            subject.first_after = at - opened_at_;
        }
        if (found->second == static_cast<std::size_t>(Ask::Slots)) {
            slot_ = message.slot;
        }
    }
    // Two slots show that they go on.
    [[nodiscard]] bool is_all_delivered() const {
        for (std::size_t i = 0; i < kAsks; ++i) {
            const Subject& subject = subjects_[i];
            const auto ask = static_cast<Ask>(i);
            const std::uint64_t wanted = ask == Ask::Slots                         ? 2
                                         : ask == Ask::Account || ask == Ask::Logs ? 1
                                                                                   : 0;
            if (subject.is_asked && (!subject.is_answered ||
                                     (subject.refusal.empty() && subject.notifications < wanted))) {
                return false;
            }
        }
        return true;
    }

    net::Reactor& reactor_;
    Duration patience_;
    net::WebSocketClient* client_ = nullptr;
    net::SecretScrubber secrets_;
    std::array<Subject, kAsks> subjects_{};
    std::array<std::string, kAsks> params_{};
    std::map<std::string, std::size_t> subscriptions_;  // By their number, the asks'.
    MonoTime opened_at_;
    bool is_open_ = false;
    std::string closed_;
    std::optional<Slot> slot_;
};

[[nodiscard]] std::int64_t whole_seconds(Duration time) { return time / std::chrono::seconds{1}; }

[[nodiscard]] Finding of_subscription(const DoctorContext& doctor, const ProbedNode& node,
                                      const SocketProbe& probe, Ask ask, bool is_needed) {
    const SocketProbe::Subject& subject = probe.of(ask);
    Finding finding{Verdict::Ok,
                    "node " + node.name,
                    std::string{kAskNames[static_cast<std::size_t>(ask)]},
                    {}};
    const Verdict bad = is_needed ? Verdict::Fail : Verdict::Warn;
    if (!subject.is_answered) {
        finding.verdict = bad;
        finding.found = fmt::format("no answer within {} s", whole_seconds(doctor.patience));
        finding.advice = "ask its provider";
        return finding;
    }
    if (!subject.refusal.empty()) {
        finding.verdict = bad;
        finding.found = "refused: " + subject.refusal;
        finding.advice = ask == Ask::Program
                             ? "another plan, another node, or feed.new_pools_by: [\"logs\"]"
                             : "another plan, or another node";
        return finding;
    }
    if (subject.notifications > 0) {
        finding.found = fmt::format("{} delivered, the first after {} ms", subject.notifications,
                                    subject.first_after / std::chrono::milliseconds{1});
        return finding;
    }
    if (ask == Ask::Signature || ask == Ask::Program) {
        finding.found = "accepted";  // What they tell of need not happen now.
        return finding;
    }
    finding.verdict = ask == Ask::Slots ? Verdict::Fail : Verdict::Warn;
    finding.found =
        fmt::format("accepted, and nothing delivered within {} s", whole_seconds(doctor.patience));
    finding.advice = ask == Ask::Slots ? "a chain that lives has a slot each 0.4 s: another node"
                                       : "the pool may have been quiet: ask again with a longer "
                                         "--patience, or another pool first";
    return finding;
}

void check_socket_chain(DoctorContext& doctor, const ProbedNode& node, const SocketProbe& probe) {
    Finding finding{Verdict::Ok, "node " + node.name, "chain of the socket", {}};
    const SocketProbe::Subject& told = probe.of(Ask::Genesis);
    if (told.is_answered && told.refusal.empty()) {
        const std::string ours = "\"" + node.genesis->to_string() + "\"";
        finding.found = fmt::format("genesis {}, its RPC tells {}", told.result, ours);
        if (told.result != ours) {
            finding.verdict = Verdict::Fail;
            finding.advice = "rpc_url and pubsub_url are of different chains: name one cluster's";
        }
        return doctor.findings.add(std::move(finding));
    }
    if (!probe.slot() || !node.slot) {
        finding.verdict = Verdict::Skip;
        finding.found = "it tells neither its genesis nor a slot";
        return doctor.findings.add(std::move(finding));
    }
    // Asked anew: the node's own figure is as old as the checks since.
    const auto now = await_answer<rpc::RpcResult<Slot>>(doctor.reactor, [&](auto done) {
        node.rpc->get_slot(Commitment::Processed, std::move(done));
    });
    const Slot rpc = now.value_or(*node.slot);
    const std::uint64_t apart = std::max(rpc, *probe.slot()).since(std::min(rpc, *probe.slot()));
    finding.found = fmt::format(
        "the socket does not tell its genesis; its slot {} and its RPC's {} are {} apart, allowed "
        "{}",
        probe.slot()->value, rpc.value, apart, kSlotsApartMax);
    if (apart > kSlotsApartMax) {
        finding.verdict = Verdict::Fail;
        finding.advice = "rpc_url and pubsub_url are of different chains, or one of them stands";
    }
    doctor.findings.add(std::move(finding));
}

void check_socket(DoctorContext& doctor, const ProbedNode& node) {
    const std::string subject = "node " + node.name;
    if (node.settings.pubsub_url.empty()) {
        return doctor.findings.add({Verdict::Skip, subject, "socket", "it has no pubsub_url"});
    }
    const auto url = net::parse_url(node.settings.pubsub_url);
    if (!url) {
        return doctor.findings.add({Verdict::Fail, subject, "socket", url.error().text});
    }
    SocketProbe probe{doctor, node};
    probe.listen(node, *url);
    if (!probe.was_open()) {
        return doctor.findings.add(
            {Verdict::Fail, subject, "socket",
             probe.closed().empty()
                 ? fmt::format("not open within {} s", whole_seconds(doctor.patience))
                 : probe.closed(),
             "see pubsub_url, its key and the network"});
    }
    if (!probe.closed().empty()) {
        doctor.findings.add({Verdict::Warn, subject, "socket", "it closed: " + probe.closed(),
                             "what follows is of the time before"});
    } else {
        doctor.findings.add({Verdict::Ok, subject, "socket", "open"});
    }
    check_socket_chain(doctor, node, probe);
    for (const Ask ask : {Ask::Slots, Ask::Account, Ask::Signature}) {
        doctor.findings.add(of_subscription(doctor, node, probe, ask, true));
    }
    doctor.findings.add(of_subscription(doctor, node, probe, Ask::Logs,
                                        doctor.settings.feed.hears_new_pools_by("logs")));
    if (probe.of(Ask::Program).is_asked) {
        doctor.findings.add(of_subscription(doctor, node, probe, Ask::Program, true));
    } else {
        doctor.findings.add(
            {Verdict::Skip, subject, std::string{kAskNames[static_cast<std::size_t>(Ask::Program)]},
             doctor.settings.feed.is_watching_new_pools ? "feed.new_pools_by has no accounts"
                                                        : "feed.watch_new_pools is false"});
    }
}

}  // namespace

void check_sockets(DoctorContext& doctor) {
    for (const ProbedNode& node : doctor.nodes) {
        if (node.genesis && node.settings.role != "send") {
            check_socket(doctor, node);
        }
    }
}

}  // namespace sniperforge::app
