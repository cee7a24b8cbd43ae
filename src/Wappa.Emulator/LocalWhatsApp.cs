using System.Text.Json;
using System.Text.Json.Nodes;

namespace Wappa.Emulator;

/// <summary>
/// WhatsApp on this machine: customers, the business's numbers, what they write each other, the webhooks that tell the app
/// and the Graph API the app answers through. Needs no HTTP of its own: webhooks leave through a handler, Graph calls come in
/// through <see cref="NewGraphHandler"/> or <see cref="Graph"/>. All time is the <see cref="TimeProvider"/>'s.
/// </summary>
internal sealed class LocalWhatsApp : IDisposable
{
    private readonly LocalWhatsAppOptions _options;
    private readonly TimeProvider _time;
    private readonly WebhookWriter _writer;
    private readonly InboundMessages _inbound;
    private readonly StatusSender _statuses;
    private readonly Lock _lock = new();
    private LocalSettings _settings = new();

    internal LocalWhatsApp(LocalWhatsAppOptions options, TimeProvider time)
    {
        (_options, _time) = (options, time);
        Ids = new(options.Seed);
        Events = new();
        Exchanges = new(() => [options.AccessToken(), options.WebhookSecret()], Events, time);
        World = new(options, Ids, Events, time);
        Media = new(Ids, time);
        Chaos = new(Events);
        Templates = new(Ids);
        Deliveries = new(options, new WebhookPost(options, Exchanges, Chaos, time), Chaos, time);
        Deliveries.Attempted += OnAttempted;
        Deliveries.GivenUp += OnGivenUp;
        _writer = new(Chaos, time);
        _inbound = new(World, Media, Ids, _writer, options);
        _statuses = new(World, _writer, Deliveries, Chaos);
        Graph = new(this, options, _statuses, time);
        AddFirstCustomer();
    }

    internal LocalIds Ids { get; }

    internal EventFeed Events { get; }

    internal ExchangeLog Exchanges { get; }

    internal World World { get; }

    internal MediaShelf Media { get; }

    internal ChaosSwitch Chaos { get; }

    internal TemplateShelf Templates { get; }

    internal WebhookDeliveries Deliveries { get; }

    internal GraphApi Graph { get; }

    internal LocalWhatsAppOptions Options => _options;

    internal LocalSettings Settings
    {
        get
        {
            lock (_lock) return _settings;
        }
    }

    /// <summary>The Graph API as the inner handler of a client. Any host is taken.</summary>
    internal HttpMessageHandler NewGraphHandler() => new GraphHandler(Graph);

    /// <summary>Sends something as a customer: <c>{type, &lt;type&gt;: …, context?, referral?}</c>.</summary>
    /// <param name="number">The number written to.</param>
    /// <param name="customer">Who writes.</param>
    /// <param name="given">The message, without what WhatsApp fills in.</param>
    /// <exception cref="FormatException">It cannot be understood.</exception>
    internal SentByCustomer Send(BusinessNumber number, Customer customer, JsonObject given)
    {
        if (given.Text("type") is "raw") return SendRaw(number, customer, given);
        var message = _inbound.Complete(number, customer, given);
        var type = message.Text("type")!;
        var id = message.Text("id")!;
        var update = new WebhookUpdate(number.Id, customer.Id, id, $"{number.Id}/{customer.Id}/messages")
        {
            Change = _writer.MessageChange(number, customer, message),
        };
        var target = Apply(number, customer, type, message);
        // Entered first: the app may answer before the webhook's own answer is back.
        if (target is null)
        {
            World.AddMessage(number.Id, customer.Id, new()
            {
                Id = id,
                Direction = MessageDirection.In,
                At = _time.GetUtcNow(),
                Type = type,
                Content = EmulatorJson.Freeze(message),
                Context = message["context"] is JsonObject context ? EmulatorJson.Freeze(context) : null,
                Status = MessageStates.Pending,
            });
        }
        else World.Touch(number.Id, customer.Id, MessageDirection.In);

        Deliveries.Enqueue(update);
        return new(update, World.FindMessage(id) ?? target);
    }

    /// <summary>The customer has the chat open: what was not read is.</summary>
    internal void Read(BusinessNumber number, Customer customer)
    {
        foreach (var message in World.See(number.Id, customer.Id)) _statuses.Read(number, customer, message.Id);
    }

    /// <summary>The customer heard a voice message.</summary>
    internal void Play(BusinessNumber number, Customer customer, string id) =>
        _statuses.Reach(number, customer, id, MessageStates.Played);

    /// <summary>A message of the business gets as far as a status says; nothing happens if it was there already.</summary>
    internal void Reach(BusinessNumber number, Customer customer, string id, string status) =>
        _statuses.Reach(number, customer, id, status);

    /// <summary>A message that was accepted cannot be delivered.</summary>
    internal void Fail(BusinessNumber number, Customer customer, string id, int code)
    {
        var errors = EmulatorJson.Freeze(GraphErrors.Of(code).ForStatus());
        World.ChangeMessage(id, message => message with { Errors = errors }, eventName: null);
        _statuses.Reach(number, customer, id, MessageStates.Failed);
    }

    /// <summary>Changes a customer and tells every number they wrote with what WhatsApp would tell.</summary>
    /// <returns>Null: there is no such customer.</returns>
    /// <exception cref="LocalConflictException">The number or the user id is somebody else's.</exception>
    internal Customer? ChangeCustomer(string id, Func<Customer, Customer> change)
    {
        if (World.ChangeCustomer(id, change) is not var (before, after)) return null;
        foreach (var number in World.NumbersOf(id))
        {
            if (before.Phone != after.Phone && after.Identity is not CustomerIdentity.Username)
                Tell(number, before, PhoneChange(before, after));
            if (before.UserId != after.UserId && _writer.IdentityOf(after) is not CustomerIdentity.Legacy)
                Tell(number, before with { Phone = after.Phone }, UserIdChange(before, after));
        }

        return after;
    }

    internal LocalSettings ChangeSettings(Func<LocalSettings, LocalSettings> change)
    {
        lock (_lock) _settings = change(_settings);
        Events.Publish("world", View());
        return _settings;
    }

    /// <summary>The world as at the start.</summary>
    internal void Reset()
    {
        World.Clear();
        Media.Clear();
        Templates.Clear();
        Exchanges.Clear();
        Chaos.Change(_ => new());
        AddFirstCustomer();
        ChangeSettings(_ => new());
    }

    /// <summary>Ends when no webhook is under way. One that waits for the clock is not waited for.</summary>
    internal Task WhenQuietAsync() => Deliveries.WhenQuietAsync();

    internal WorldView View() => new(
        _options.Mode, _time.GetUtcNow(), (_time as ShiftedTimeProvider)?.Offset.TotalSeconds ?? 0, Events.LastId,
        _options.WebhookUrl()?.ToString(), _options.ApiUrl()?.ToString(), _options.Backend(), World.Numbers, World.Customers,
        World.Conversations, Settings);

    public void Dispose()
    {
        Deliveries.Dispose();
        _options.Transport.Dispose();
    }

    private void AddFirstCustomer()
    {
        if (_options.FirstCustomer is var (name, phone)) World.AddCustomer(name, phone);
    }

    private SentByCustomer SendRaw(BusinessNumber number, Customer customer, JsonObject given)
    {
        if (given["raw"] is not { } raw) throw new FormatException("raw is missing: the webhook's JSON");
        var update = new WebhookUpdate(number.Id, customer.Id, null, $"{number.Id}/{customer.Id}/messages")
        {
            Body = WebhookBody.Write(raw, Chaos.Settings.UnescapedJson),
        };
        Deliveries.Enqueue(update);
        return new(update, null);
    }

    // What changes another message is no message of its own.
    private LocalMessage? Apply(BusinessNumber number, Customer customer, string type, JsonObject message)
    {
        var content = message.Object(type);
        if (type is "reaction" && content.Text("message_id") is { } reacted)
            return Owned(number, customer, reacted, known => known.With(Reaction.Customer, content.Text("emoji")));
        if (type is not ("edit" or "revoke") || content.Text("original_message_id") is not { } original) return null;
        return Owned(number, customer, original, known => known.Direction is MessageDirection.Out ? known
            : type is "revoke" ? known with { Revoked = true }
            : known.Edit(content.Object("message")!));
    }

    private LocalMessage? Owned(BusinessNumber number, Customer customer, string id, Func<LocalMessage, LocalMessage> change)
    {
        if (!World.TryFindMessage(number.Id, customer.Id, id, out var known)) return null;
        return World.ChangeMessage(id, change) ?? known;
    }

    private void Tell(BusinessNumber number, Customer from, JsonObject system)
    {
        var id = Ids.Inbound(from.Phone);
        var message = _writer.Message(from, id, "system");
        message["system"] = system;
        World.AddMessage(number.Id, from.Id, new()
        {
            Id = id,
            Direction = MessageDirection.In,
            At = _time.GetUtcNow(),
            Type = "system",
            Content = EmulatorJson.Freeze(message),
            Status = MessageStates.Pending,
        });
        Deliveries.Enqueue(new(number.Id, from.Id, id, $"{number.Id}/{from.Id}/messages")
        {
            Change = _writer.MessageChange(number, from, message, withContact: false),
        });
    }

    private JsonObject PhoneChange(Customer before, Customer after) => _writer.IdentityOf(after) is CustomerIdentity.Legacy
        ? new()
        {
            ["body"] = "NUMBER CHANGED",
            ["new_wa_id"] = after.Phone,
            ["customer"] = before.Phone,
            ["type"] = "customer_changed_number",
        }
        : new()
        {
            ["body"] = $"User {after.Name} changed from {before.Phone} to {after.Phone}",
            ["wa_id"] = after.Phone,
            ["user_id"] = before.UserId,
            ["type"] = "user_changed_number",
        };

    private static JsonObject UserIdChange(Customer before, Customer after) => new()
    {
        ["body"] = $"User {after.Name} changed from {before.UserId} to {after.UserId}",
        ["user_id"] = after.UserId,
        ["type"] = "user_changed_user_id",
    };

    private void OnAttempted(WebhookDelivery delivery, Exchange exchange)
    {
        foreach (var update in delivery.Updates)
        {
            if (update.Message is not { } id) continue;
            World.ChangeMessage(id, message => message with { Exchange = exchange.Id }, eventName: null);
            if (exchange.Status is 200 && World.FindMessage(id) is { Direction: MessageDirection.In })
                World.Reach(id, MessageStates.Delivered);
        }
    }

    private void OnGivenUp(WebhookDelivery delivery)
    {
        foreach (var update in delivery.Updates)
        {
            if (update.Message is { } id && World.FindMessage(id) is { Status: MessageStates.Pending })
                World.Reach(id, MessageStates.Failed);
        }
    }
}

/// <summary>What a customer sent.</summary>
/// <param name="Update">Its way to the app.</param>
/// <param name="Message">The message, or the one it changed; null for raw JSON.</param>
internal sealed record SentByCustomer(WebhookUpdate Update, LocalMessage? Message);

/// <summary>Everything at a glance.</summary>
internal sealed record WorldView(
    string Mode, DateTimeOffset Now, double ClockOffset, long EventId, string? WebhookUrl, string? ApiUrl, string? Backend,
    IReadOnlyList<BusinessNumber> Numbers, IReadOnlyList<Customer> Customers, IReadOnlyList<ConversationView> Conversations,
    LocalSettings Settings);
