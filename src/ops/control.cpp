// SPDX-License-Identifier: MIT
#include "sniperforge/ops/control.hpp"

#include <fmt/format.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>
#include <thread>
#include <utility>

#include "sniperforge/core/spsc_ring.hpp"

namespace sniperforge::ops {
namespace {

// A word, and what a person says beside it.
constexpr std::size_t kRequestBytesMax = 4'096;
// A client that does not speak or does not read keeps nobody waiting longer than this.
constexpr int kClientTimeoutMs = 1'000;
constexpr int kDrainIntervalMs = 250;
// An answer may have to wait for the loop, and for whoever asked before.
constexpr int kAnswerTimeoutMs = 15'000;

class Descriptor {
 public:
    explicit Descriptor(int fd = -1) : fd_{fd} {}
    ~Descriptor() {
        if (fd_ >= 0) {
            ::close(fd_);
        }
    }
    Descriptor(Descriptor&& other) noexcept : fd_{std::exchange(other.fd_, -1)} {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        std::swap(fd_, other.fd_);
        return *this;
    }
    [[nodiscard]] int get() const { return fd_; }

 private:
    int fd_;
};

[[nodiscard]] Result<sockaddr_un> address_of(const std::string& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path) {
        return fail(
            fmt::format("the control socket's path {} has {} characters, at most {} are "
                        "possible; choose a shorter --state-dir",
                        path, path.size(), sizeof address.sun_path - 1));
    }
    std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
    return address;
}

[[nodiscard]] bool wait_for(int fd, short events, int timeout_ms = kClientTimeoutMs) {
    pollfd entry{fd, events, 0};
    return ::poll(&entry, 1, timeout_ms) == 1;
}

// One line, without its end; nothing when the peer is slow, silent or too long.
[[nodiscard]] std::optional<std::string> read_line(int fd, std::size_t bytes_max, int timeout_ms) {
    std::string line;
    while (line.size() < bytes_max && wait_for(fd, POLLIN, timeout_ms)) {
        char chunk[4096];
        const auto count = ::recv(fd, chunk, sizeof chunk, 0);
        if (count <= 0) {
            break;
        }
        line.append(chunk, static_cast<std::size_t>(count));
        if (const auto end = line.find('\n'); end != std::string::npos) {
            return line.substr(0, end);
        }
    }
    return std::nullopt;
}

[[nodiscard]] bool write_all(int fd, std::string_view text) {
    while (!text.empty() && wait_for(fd, POLLOUT)) {
        const auto count = ::send(fd, text.data(), text.size(), MSG_NOSIGNAL);
        if (count <= 0) {
            return false;
        }
        text.remove_prefix(static_cast<std::size_t>(count));
    }
    return text.empty();
}

}  // namespace

struct ControlServer::State {
    State(std::string socket_path, ControlHooks owner)
        : path{std::move(socket_path)}, hooks{std::move(owner)} {}

    [[nodiscard]] Result<void> listen() {
        auto address = address_of(path);
        if (!address) {
            return Err{address.error()};
        }
        stopper = Descriptor{::eventfd(0, EFD_CLOEXEC)};
        listener = Descriptor{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
        ::unlink(path.c_str());  // The state directory is locked: a socket there is a dead one.
        if (::bind(listener.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address) !=
                0 ||
            ::chmod(path.c_str(), S_IRUSR | S_IWUSR) != 0 || ::listen(listener.get(), 8) != 0) {
            return fail(fmt::format("control socket {}: {}", path, std::strerror(errno)));
        }
        return {};
    }

    void run() {
        while (true) {
            pollfd entries[] = {{listener.get(), POLLIN, 0}, {stopper.get(), POLLIN, 0}};
            (void)::poll(entries, 2, kDrainIntervalMs);
            drain();
            if (entries[1].revents != 0) {
                return;
            }
            if (hooks.poll) {
                hooks.poll();
            }
            if (entries[0].revents != 0) {
                const Descriptor client{::accept4(listener.get(), nullptr, nullptr, SOCK_CLOEXEC)};
                if (client.get() >= 0) {
                    serve(client.get());
                }
            }
        }
    }

    void drain() {
        StatusText newer;
        while (replicas.pop(newer)) {
            status = std::move(newer);
        }
    }

    void serve(int client) {
        const auto line = read_line(client, kRequestBytesMax, kClientTimeoutMs);
        if (!line) {
            return;
        }
        drain();
        std::string answer;
        if (*line == "status") {
            answer = status();
        } else if (*line == "stop") {
            commands.push(Command::Stop);
            hooks.wake();
            answer = R"({"ok":true,"stopping":true})";
        } else {
            const auto own = hooks.answer ? hooks.answer(*line) : std::nullopt;
            answer = own ? *own
                         : fmt::format(
                               R"({{"ok":false,"error":"unknown command; known: status, stop{}"}})",
                               hooks.known);
        }
        (void)write_all(client, answer + "\n");
    }

    std::string path;
    ControlHooks hooks;
    Descriptor listener;
    Descriptor stopper;
    SpscRing<StatusText> replicas{8};
    SpscRing<Command> commands{16};
    StatusText status = [] { return std::string{R"({"state":"starting"})"}; };  // Control thread's.
    std::thread thread;
};

ControlServer::ControlServer(std::unique_ptr<State> state) : state_{std::move(state)} {}

Result<std::unique_ptr<ControlServer>> ControlServer::start(const std::string& path,
                                                            ControlHooks hooks) {
    auto state = std::make_unique<State>(path, std::move(hooks));
    if (auto listening = state->listen(); !listening) {
        return Err{listening.error()};
    }
    state->thread = std::thread{[raw = state.get()] { raw->run(); }};
    return std::unique_ptr<ControlServer>{new ControlServer{std::move(state)}};
}

ControlServer::~ControlServer() {
    const std::uint64_t one = 1;
    (void)!::write(state_->stopper.get(), &one, sizeof one);
    state_->thread.join();
    ::unlink(state_->path.c_str());
}

void ControlServer::publish(StatusText status) { state_->replicas.push(std::move(status)); }

std::uint64_t ControlServer::dropped() const { return state_->replicas.refused(); }

bool ControlServer::take_command(Command& command) { return state_->commands.pop(command); }

Result<std::string> control_request(const std::string& path, std::string_view command) {
    auto address = address_of(path);
    if (!address) {
        return Err{address.error()};
    }
    const Descriptor socket{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    if (::connect(socket.get(), reinterpret_cast<const sockaddr*>(&*address), sizeof *address) !=
        0) {
        return fail(
            fmt::format("no daemon answers at {} ({}); start one, or name its directory with "
                        "--state-dir",
                        path, std::strerror(errno)));
    }
    constexpr std::size_t kAnswerBytesMax = 1U << 20U;
    if (!write_all(socket.get(), std::string{command} + "\n")) {
        return fail(fmt::format("the daemon at {} does not take the command", path));
    }
    auto line = read_line(socket.get(), kAnswerBytesMax, kAnswerTimeoutMs);
    if (!line) {
        return fail(fmt::format("the daemon at {} does not answer", path));
    }
    return *line;
}

}  // namespace sniperforge::ops
