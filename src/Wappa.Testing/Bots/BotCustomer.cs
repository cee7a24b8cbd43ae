using System.Globalization;
using System.Text.Json.Nodes;
using Wappa.Caching;
using Wappa.Emulator;

namespace Wappa.Testing;

/// <summary>Somebody who writes to the bot, and what they see. Every call that sends returns when the bot has answered.</summary>
public sealed class BotCustomer
{
    private readonly BotTest _bot;
    private readonly string _id;

    internal BotCustomer(BotTest bot, string id)
    {
        _bot = bot;
        _id = id;
    }

    /// <summary>The name of the profile.</summary>
    public string Name => Account.Name;

    /// <summary>Digits.</summary>
    public string Phone => Account.Phone;

    /// <summary>The name the caches know them by: the number, or the business-scoped id of somebody who hides it.</summary>
    public string UserId => _bot.UserIdOf(Account);

    /// <summary>What the bot sent, oldest first.</summary>
    public IReadOnlyList<BotMessage> Messages =>
        [.. Sent.Where(message => message.Direction == MessageDirection.Out).Select(message => new BotMessage(message))];

    /// <summary>The bot's latest message; <see langword="null"/> before the first.</summary>
    public BotMessage? LastMessage => Messages is [.., var last] ? last : null;

    /// <summary>The text of the bot's latest message; empty if it has none, and before the first.</summary>
    public string Last => LastMessage?.Text ?? "";

    /// <summary>The caches of this user, as the store has them.</summary>
    public UserCaches Caches => _bot.Caches.ForUser(_bot.Tenant, UserId);

    private Customer Account => _bot.Platform.CustomerOf(_id);

    private IReadOnlyList<LocalMessage> Sent => _bot.Platform.Local.World.MessagesOf(_bot.Platform.Number.Id, _id);

    /// <summary>Reads a state of this user.</summary>
    /// <returns>Null: there is none.</returns>
    public async Task<T?> StateAsync<T>(string name)
        where T : class => await Caches.State.GetAsync<T>(name).ConfigureAwait(false);

    /// <summary>Reads a record of this user.</summary>
    /// <returns>Null: there is none.</returns>
    public async Task<T?> UserAsync<T>(string name)
        where T : class => await Caches.User.GetAsync<T>(name).ConfigureAwait(false);

    /// <summary>Sends a text.</summary>
    /// <exception cref="BotTestException">The handler threw, or the app refused the webhook.</exception>
    public Task<BotDelivery> SendAsync(string text) => SendAsync(Text(text));

    /// <summary>Writes a text whose webhook is under way until <see cref="BotTest.DeliverAsync"/> delivers it.</summary>
    public Task<BotDelivery> WriteAsync(string text) => _bot.WriteAsync(_id, Text(text));

    /// <summary>Quotes a message and sends a text.</summary>
    /// <param name="message">What is quoted.</param>
    /// <param name="text">The text.</param>
    public Task<BotDelivery> ReplyToAsync(BotMessage message, string text)
    {
        ArgumentNullException.ThrowIfNull(message);
        return SendAsync(InReplyTo(Text(text), message.Id));
    }

    /// <summary>Taps a button of the latest message that has one with this title: a reply button, a carousel's, or the quick reply
    /// of a template, which goes by its payload.</summary>
    /// <exception cref="BotTestException">There is no such button; the text names those there are.</exception>
    public Task<BotDelivery> TapAsync(string title)
    {
        foreach (var message in Messages.Reverse())
        {
            var replies = message.Replies("reply").Concat(message.Replies("quick_reply"));
            foreach (var (id, _) in replies.Where(reply => reply.Title == title))
                return SendAsync(InReplyTo(Interactive("button_reply", id, title), message.Id));
            if (message.TemplatePayloads().Contains(title))
                return SendAsync(InReplyTo(Typed("button", new() { ["payload"] = title, ["text"] = title }), message.Id));
        }

        throw NothingToTap("button", title, Messages.Reverse().Select(message => message.Buttons));
    }

    /// <summary>Chooses a row of the latest list that has one with this title.</summary>
    /// <exception cref="BotTestException">There is no such row; the text names those there are.</exception>
    public Task<BotDelivery> ChooseAsync(string title)
    {
        foreach (var message in Messages.Reverse())
        {
            foreach (var (id, _) in message.ListRows().Where(row => row.Title == title))
                return SendAsync(InReplyTo(Interactive("list_reply", id, title), message.Id));
        }

        throw NothingToTap("row", title, Messages.Reverse().Select(message => message.Rows));
    }

    /// <summary>Sends a place.</summary>
    /// <param name="latitude">Degrees.</param>
    /// <param name="longitude">Degrees.</param>
    /// <param name="name">Default: none.</param>
    /// <param name="address">Default: none.</param>
    public Task<BotDelivery> SendLocationAsync(double latitude, double longitude, string? name = null, string? address = null)
    {
        var location = new JsonObject { ["latitude"] = latitude, ["longitude"] = longitude };
        if (name is not null) location["name"] = name;
        if (address is not null) location["address"] = address;
        return SendAsync(Typed("location", location));
    }

    /// <summary>Sends a picture.</summary>
    /// <param name="bytes">Its bytes; the bot downloads them through <c>IMediaClient</c>. Default: a JPEG of no pixels.</param>
    /// <param name="caption">Default: none.</param>
    /// <param name="mimeType">Default: <c>image/jpeg</c>.</param>
    public Task<BotDelivery> SendImageAsync(byte[]? bytes = null, string? caption = null, string mimeType = "image/jpeg") =>
        SendFileAsync("image", bytes ?? [0xFF, 0xD8, 0xFF, 0xD9], mimeType, caption);

    /// <summary>Sends a file.</summary>
    /// <param name="kind"><c>image</c>, <c>video</c>, <c>audio</c>, <c>document</c> or <c>sticker</c>.</param>
    /// <param name="bytes">Its bytes.</param>
    /// <param name="mimeType">Such as <c>application/pdf</c>.</param>
    /// <param name="caption">Default: none.</param>
    /// <param name="fileName">Of a document. Default: none.</param>
    public Task<BotDelivery> SendFileAsync(
        string kind, byte[] bytes, string mimeType, string? caption = null, string? fileName = null)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        var file = new JsonObject { ["id"] = _bot.Platform.Local.Media.Add(mimeType, fileName, bytes).Id };
        if (caption is not null) file["caption"] = caption;
        if (fileName is not null) file["filename"] = fileName;
        return SendAsync(Typed(kind, file));
    }

    /// <summary>Sends somebody's card.</summary>
    /// <param name="name">As it is shown.</param>
    /// <param name="phone">Digits.</param>
    public Task<BotDelivery> SendContactAsync(string name, string phone) => SendRawAsync(new JsonObject
    {
        ["type"] = "contacts",
        ["contacts"] = new JsonArray(new JsonObject
        {
            ["name"] = new JsonObject { ["formatted_name"] = name, ["first_name"] = name },
            ["phones"] = new JsonArray(new JsonObject { ["phone"] = phone, ["type"] = "CELL" }),
        }),
    }.ToJsonString());

    /// <summary>Reacts to a message of the bot.</summary>
    /// <param name="emoji">Empty: the reaction is taken back.</param>
    /// <param name="message">Default: the latest.</param>
    public Task<BotDelivery> ReactAsync(string emoji, BotMessage? message = null) => SendAsync(Typed(
        "reaction", new() { ["message_id"] = Message(message).Id, ["emoji"] = emoji }));

    /// <summary>Edits a text.</summary>
    /// <param name="delivery">What was sent.</param>
    /// <param name="text">The text from now on.</param>
    public Task<BotDelivery> EditAsync(BotDelivery delivery, string text)
    {
        ArgumentNullException.ThrowIfNull(delivery);
        return SendAsync(Typed("edit", new() { ["original_message_id"] = delivery.MessageId, ["message"] = Text(text) }));
    }

    /// <summary>Takes a message back.</summary>
    /// <param name="delivery">What was sent.</param>
    public Task<BotDelivery> RevokeAsync(BotDelivery delivery)
    {
        ArgumentNullException.ThrowIfNull(delivery);
        return SendAsync(Typed("revoke", new() { ["original_message_id"] = delivery.MessageId }));
    }

    /// <summary>Sends a message of any kind.</summary>
    /// <param name="json">WhatsApp's message object, <c>{"type":"order","order":{…}}</c>, without what WhatsApp fills in
    /// (<c>id</c>, <c>from</c>, <c>timestamp</c>); or <c>{"type":"raw","raw":{…}}</c> with the whole webhook, as it is.</param>
    public Task<BotDelivery> SendRawAsync(string json) =>
        SendAsync(JsonNode.Parse(json) as JsonObject ?? throw new ArgumentException("A message is a JSON object.", nameof(json)));

    /// <summary>Messages of the bot reach the phone.</summary>
    /// <param name="message">Default: all that have not.</param>
    public Task DeliveredAsync(BotMessage? message = null)
    {
        foreach (var id in message is null ? Messages.Select(known => known.Id) : [message.Id])
            _bot.Platform.Local.Reach(_bot.Platform.Number, Account, id, MessageStates.Delivered);
        return _bot.SettleAsync();
    }

    /// <summary>Opens the chat: what was not read is.</summary>
    public Task ReadAsync()
    {
        _bot.Platform.Local.Read(_bot.Platform.Number, Account);
        return _bot.SettleAsync();
    }

    /// <summary>A message of the bot that WhatsApp had accepted cannot be delivered.</summary>
    /// <param name="code">The error's code, such as 131047.</param>
    /// <param name="message">Default: the latest.</param>
    public Task FailAsync(int code, BotMessage? message = null)
    {
        _bot.Platform.Local.Fail(_bot.Platform.Number, Account, Message(message).Id, code);
        return _bot.SettleAsync();
    }

    /// <summary>Gets another number; WhatsApp tells the bot so.</summary>
    /// <param name="phone">Digits.</param>
    public Task ChangeNumberAsync(string phone)
    {
        _bot.Platform.Local.ChangeCustomer(_id, known => known with { Phone = phone });
        return _bot.SettleAsync();
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Name}, {Messages.Count} message(s)");

    private Task<BotDelivery> SendAsync(JsonObject message) => _bot.SendAsync(_id, message);

    private BotMessage Message(BotMessage? message) =>
        message ?? LastMessage ?? throw new BotTestException("The bot has sent nothing yet.");

    private static JsonObject Text(string text) => Typed("text", new() { ["body"] = text });

    private static JsonObject Typed(string type, JsonObject content) => new() { ["type"] = type, [type] = content };

    private static JsonObject Interactive(string kind, string id, string title) => Typed("interactive", new()
    {
        ["type"] = kind,
        [kind] = new JsonObject { ["id"] = id, ["title"] = title },
    });

    private static JsonObject InReplyTo(JsonObject message, string id)
    {
        message["context"] = new JsonObject { ["id"] = id };
        return message;
    }

    private static BotTestException NothingToTap(string kind, string title, IEnumerable<IReadOnlyList<string>> latestFirst)
    {
        var there = latestFirst.FirstOrDefault(titles => titles.Count > 0);
        return new(there is null
            ? $"There is no {kind} \"{title}\": no message of the bot has any."
            : $"There is no {kind} \"{title}\". The latest message with any has: {string.Join(", ", there)}.");
    }
}
