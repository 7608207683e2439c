// SPDX-License-Identifier: MIT
// The soak: profile M against three nodes of which one misbehaves in every way in turn, while a
// judge compares what the feed delivers with what the chain had.
//
//   soak --duration 600      two processes, real sockets on loopback, real time
//   soak --virtual           one process under virtual time, profile S, short phases (CTest)
//
// Exit code 1 when anything was lost, doubled, believed while it was not heard, or not read.
#include <fmt/format.h>
#include <sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <charconv>
#include <cstdio>
#include <optional>
#include <string_view>
#include <vector>

#include "client.hpp"
#include "report.hpp"
#include "resubscribe.hpp"
#include "sniperforge/core/assert.hpp"
#include "sniperforge/net/virtual_reactor.hpp"

namespace sniperforge::soak {
namespace {

// A sick part of 3.4 s: below this the pool has not come back to a node by the time of its turn.
constexpr std::uint64_t kDurationMin = 240;
constexpr double kSickShare = 0.5;
constexpr Duration kMillisecond = std::chrono::milliseconds{1};

struct Arguments {
    bool is_virtual = false;
    std::uint64_t duration_s = 600;
    std::uint64_t seed = 1;
    std::string_view profile = "M";
};

[[nodiscard]] Workload::Listener listener_of(Truth& truth, net::Reactor& reactor) {
    return {.on_slot = [&truth](Slot, const faults::States& states) { truth.publish(states); },
            .on_phase = [&truth, &reactor](
                            std::size_t index,
                            bool is_sick) { truth.set_phase(index, is_sick, reactor.now()); },
            .on_phase_end = [&truth](std::size_t index,
                                     std::uint64_t faults) { truth.end_phase(index, faults); },
            .on_launch = [&truth] { truth.note_launch(); },
            .on_end = [&truth] { truth.set_over(); }};
}

// ---- Virtual time: everything in one process ----

[[nodiscard]] int run_virtual(const Arguments& arguments) {
    const Profile profile = profile_s();
    Truth& truth = Truth::create(soak_accounts(profile, arguments.seed).size());
    net::VirtualReactor reactor;
    WorkloadOptions options;
    options.profile = profile;
    options.seed = arguments.seed;
    options.sick = std::chrono::seconds{5};
    options.well = std::chrono::seconds{6};
    options.frame_resets = 10;  // A phase has some 250 notifications.
    Workload workload{reactor, options, listener_of(truth, reactor)};
    truth.set_ports(workload.addresses());
    bool is_over = false;
    // Fewer copies, so that most accounts hang on one socket. No jitter.
    ClientOptions client_options{profile, arguments.seed};
    client_options.position_pools = 4;
    client_options.armed_pools = 20;
    client_options.slack_slots = 0;
    Client client{reactor, truth, client_options, [&] {
                      is_over = true;
                      reactor.stop();
                  }};
    reactor.run();
    SF_ASSERT(is_over);
    print_report(client.result(), false);
    return print_verdict(client.result());
}

// ---- Real time: the chain in a process of its own ----

// The machine's first cores: what the client waits for its core then is not the chain's doing.
// Where there is one core only, the run delay in the report tells of it.
void keep_to_core(std::size_t core) {
    cpu_set_t only;
    CPU_ZERO(&only);
    CPU_SET(core, &only);
    ::sched_setaffinity(0, sizeof only, &only);
}

[[noreturn]] void run_chain(Truth& truth, const WorkloadOptions& options, pid_t client) {
    ::prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (::getppid() != client) {
        ::_exit(1);  // It went before this was set.
    }
    keep_to_core(0);
    const auto reactor = net::make_asio_reactor();
    Workload workload{*reactor, options, listener_of(truth, *reactor)};
    truth.set_ports(workload.addresses());
    std::function<void()> watch = [&] {
        if (truth.is_stop_wanted()) {
            reactor->stop();
            return;
        }
        reactor->schedule_after(100 * kMillisecond, [&] { watch(); });
    };
    watch();
    reactor->run();
    std::fflush(stdout);
    ::_exit(0);
}

[[nodiscard]] int run_client(const Truth& truth, const Arguments& arguments,
                             const Profile& profile) {
    keep_to_core(1);
    const auto reactor = net::make_asio_reactor();
    std::optional<Client> client;
    client.emplace(*reactor, truth, ClientOptions{profile, arguments.seed},
                   [&] { reactor->stop(); });
    reactor->run();
    const Result result = client->result();
    client.reset();
    print_report(result, true);
    print_resubscribing(measure_resubscribing(*reactor, truth.addresses().pubsub.front(),
                                              soak_accounts(profile, arguments.seed)));
    return print_verdict(result);
}

[[nodiscard]] int run_real(const Arguments& arguments) {
    const Profile profile = arguments.profile == "S" ? profile_s() : profile_m();
    WorkloadOptions options;
    options.profile = profile;
    options.seed = arguments.seed;
    options.warm_up = std::chrono::seconds{15};
    const double phase_s =
        static_cast<double>(arguments.duration_s) / static_cast<double>(phases().size());
    options.sick = Duration{static_cast<std::int64_t>(phase_s * kSickShare * 1e9)};
    options.well = Duration{static_cast<std::int64_t>(phase_s * (1 - kSickShare) * 1e9)};
    Truth& truth = Truth::create(soak_accounts(profile, arguments.seed).size());
    const pid_t client = ::getpid();
    const pid_t child = ::fork();
    SF_ASSERT(child >= 0);
    if (child == 0) {
        run_chain(truth, options, client);
    }
    while (!truth.is_ready()) {
        ::usleep(10'000);
        if (::waitpid(child, nullptr, WNOHANG) == child) {
            fmt::print(stderr, "error: the chain's process ended before it was ready\n");
            return 1;
        }
    }
    const int code = run_client(truth, arguments, profile);
    truth.want_stop();
    ::waitpid(child, nullptr, 0);
    return code;
}

[[nodiscard]] std::optional<Arguments> parse(std::span<char*> words) {
    Arguments arguments;
    for (std::size_t i = 1; i < words.size(); ++i) {
        const std::string_view word{words[i]};
        const std::string_view value = i + 1 < words.size() ? words[i + 1] : "";
        const auto number = [&](std::uint64_t& out) {
            const auto [end, error] =
                std::from_chars(value.data(), value.data() + value.size(), out);
            return error == std::errc{} && end == value.data() + value.size();
        };
        if (word == "--virtual") {
            arguments.is_virtual = true;
        } else if ((word == "--duration" && number(arguments.duration_s)) ||
                   (word == "--seed" && number(arguments.seed))) {
            ++i;
        } else if (word == "--profile" && (value == "S" || value == "M")) {
            arguments.profile = value;
            ++i;
        } else {
            return std::nullopt;
        }
    }
    return arguments.duration_s >= kDurationMin ? std::optional{arguments} : std::nullopt;
}

}  // namespace
}  // namespace sniperforge::soak

int main(int argc, char** argv) {
    using namespace sniperforge::soak;
    const auto arguments = parse({argv, static_cast<std::size_t>(argc)});
    if (!arguments) {
        fmt::print(stderr,
                   "usage: soak [--virtual] [--duration SECONDS] [--profile S|M] [--seed N]\n"
                   "SECONDS: {} or more, 600 by default\n",
                   kDurationMin);
        return 2;
    }
    // What is known is told at once, also into a file.
    std::setvbuf(stdout, nullptr, _IOLBF, BUFSIZ);
    return arguments->is_virtual ? run_virtual(*arguments) : run_real(*arguments);
}
