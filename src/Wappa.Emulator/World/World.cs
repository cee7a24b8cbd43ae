using System.Diagnostics.CodeAnalysis;

namespace Wappa.Emulator;

/// <summary>Who is there and what was said. All of it is in memory; each change is told to the <see cref="EventFeed"/> in
/// the order in which it is made.</summary>
internal sealed class World(LocalWhatsAppOptions options, LocalIds ids, EventFeed events, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly List<Customer> _customers = [];
    private readonly Dictionary<(string Number, string Customer), Conversation> _conversations = [];
    private readonly Dictionary<string, (Conversation Conversation, LocalMessage Message)> _messages = [];
    private readonly DateTimeOffset? _talked = options.AssumesTalks ? time.GetUtcNow() : null;
    private int _lastCustomer;

    /// <summary>The business's numbers.</summary>
    internal IReadOnlyList<BusinessNumber> Numbers => options.Numbers;

    internal IReadOnlyList<Customer> Customers
    {
        get
        {
            lock (_lock) return [.. _customers];
        }
    }

    internal IReadOnlyList<ConversationView> Conversations
    {
        get
        {
            var now = time.GetUtcNow();
            lock (_lock) return [.. _conversations.Values.Select(conversation => conversation.View(now))];
        }
    }

    internal BusinessNumber? FindNumber(string id) => options.Numbers.FirstOrDefault(number => number.Id == id);

    internal Customer? FindCustomer(string id) => FindCustomer(customer => customer.Id == id);

    internal Customer? FindByPhone(string phone) => FindCustomer(customer => customer.Phone == phone);

    internal Customer? FindByUserId(string userId) => FindCustomer(customer => customer.UserId == userId);

    /// <summary>Adds a customer.</summary>
    /// <exception cref="LocalConflictException">The number or the user id is somebody else's.</exception>
    internal Customer AddCustomer(
        string name, string? phone = null, string? username = null, CustomerIdentity identity = CustomerIdentity.Phone)
    {
        lock (_lock)
        {
            var id = $"c{++_lastCustomer}";
            phone ??= FreePhone();
            // Derived from the number, so that a customer of a fresh start is the one of the last.
            var userId = LocalIds.UserOf(phone);
            if (_customers.Any(known => known.UserId == userId)) userId = ids.User();
            var customer = new Customer(id, name, phone, userId, username, identity);
            ThrowIfTaken(customer);
            _customers.Add(customer);
            events.Publish("customer", customer);
            return customer;
        }
    }

    /// <summary>Changes a customer.</summary>
    /// <returns>As it was and as it is; null if there is none.</returns>
    /// <exception cref="LocalConflictException">The number or the user id is somebody else's.</exception>
    internal (Customer Before, Customer After)? ChangeCustomer(string id, Func<Customer, Customer> change)
    {
        lock (_lock)
        {
            var index = _customers.FindIndex(customer => customer.Id == id);
            if (index < 0) return null;
            var before = _customers[index];
            var after = change(before);
            if (after == before) return (before, after);
            ThrowIfTaken(after);
            _customers[index] = after;
            events.Publish("customer", after);
            return (before, after);
        }
    }

    /// <summary>Takes a customer and what was said out.</summary>
    internal bool RemoveCustomer(string id)
    {
        lock (_lock)
        {
            if (_customers.RemoveAll(customer => customer.Id == id) is 0) return false;
            foreach (var key in _conversations.Keys.Where(key => key.Customer == id).ToArray())
            {
                foreach (var message in _conversations[key].Messages) _messages.Remove(message.Id);
                _conversations.Remove(key);
            }

            events.Publish("customer", new { id, deleted = true });
            return true;
        }
    }

    /// <summary>The numbers a customer has a conversation with.</summary>
    internal IReadOnlyList<BusinessNumber> NumbersOf(string customer)
    {
        lock (_lock) return [.. options.Numbers.Where(number => _conversations.ContainsKey((number.Id, customer)))];
    }

    internal IReadOnlyList<LocalMessage> MessagesOf(string number, string customer)
    {
        lock (_lock) return _conversations.TryGetValue((number, customer), out var found) ? [.. found.Messages] : [];
    }

    internal LocalMessage? FindMessage(string id)
    {
        lock (_lock) return _messages.TryGetValue(id, out var found) ? found.Message : null;
    }

    /// <summary>Whether a message belongs to a conversation.</summary>
    internal bool TryFindMessage(string number, string customer, string id, [NotNullWhen(true)] out LocalMessage? message)
    {
        lock (_lock)
        {
            message = _messages.TryGetValue(id, out var found) && found.Conversation.Number == number &&
                found.Conversation.Customer == customer ? found.Message : null;
            return message is not null;
        }
    }

    /// <summary>Adds a message. One of the customer's opens the window; one of the business's ends its typing.</summary>
    internal void AddMessage(string number, string customer, LocalMessage message)
    {
        lock (_lock)
        {
            var conversation = Open(number, customer);
            if (conversation.Add(message) is { } oldest) _messages.Remove(oldest.Id);
            _messages[message.Id] = (conversation, message);
            if (message.Direction is MessageDirection.Out) conversation.Unread++;
            Touch(conversation, message.Direction);
            events.Publish("message", new { number, customer, message });
            events.Publish("conversation", conversation.View(time.GetUtcNow()));
        }
    }

    /// <summary>Counts what is no message of its own, such as a reaction, as something said.</summary>
    internal void Touch(string number, string customer, MessageDirection direction)
    {
        lock (_lock)
        {
            var conversation = Open(number, customer);
            Touch(conversation, direction);
            events.Publish("conversation", conversation.View(time.GetUtcNow()));
        }
    }

    /// <summary>Changes a message, if it is there and the change is one.</summary>
    /// <param name="id">The message.</param>
    /// <param name="change">Gives the message as it becomes.</param>
    /// <param name="eventName"><c>message</c> or <c>status</c>: what onlookers are told. Null: nothing.</param>
    /// <returns>The message; null if nothing changed.</returns>
    internal LocalMessage? ChangeMessage(string id, Func<LocalMessage, LocalMessage> change, string? eventName = "message")
    {
        lock (_lock)
        {
            if (!_messages.TryGetValue(id, out var found)) return null;
            var message = change(found.Message);
            if (message == found.Message) return null;
            var (number, customer) = (found.Conversation.Number, found.Conversation.Customer);
            found.Conversation.Replace(message);
            _messages[id] = (found.Conversation, message);
            if (eventName is "message") events.Publish(eventName, new { number, customer, message });
            if (eventName is "status")
                events.Publish(eventName, new { number, customer, id, message.Status, message.StatusTimes, message.Errors });
            return message;
        }
    }

    /// <summary>Moves a message up the ladder of states; never down.</summary>
    /// <returns>The message; null if it was there already.</returns>
    internal LocalMessage? Reach(string id, string status) => ChangeMessage(
        id,
        message => status == MessageStates.Failed || MessageStates.IsBefore(message.Status, status)
            ? message.Reached(status, time.GetUtcNow()) : message,
        "status");

    /// <summary>Notes that the customer has seen everything.</summary>
    /// <returns>The business's messages they had not.</returns>
    internal IReadOnlyList<LocalMessage> See(string number, string customer)
    {
        lock (_lock)
        {
            if (!_conversations.TryGetValue((number, customer), out var conversation)) return [];
            var unseen = conversation.Messages.Where(message => message.Direction is MessageDirection.Out &&
                message.Status != MessageStates.Accepted && MessageStates.IsBefore(message.Status, MessageStates.Read)).ToArray();
            if (conversation.Unread is 0) return unseen;
            conversation.Unread = 0;
            events.Publish("conversation", conversation.View(time.GetUtcNow()));
            return unseen;
        }
    }

    /// <summary>Shows the business as typing.</summary>
    internal void ShowTyping(string number, string customer, DateTimeOffset until)
    {
        lock (_lock)
        {
            Open(number, customer).TypingUntil = until;
            events.Publish("typing", new { number, customer, until });
        }
    }

    /// <summary>Whether the business may send more than templates.</summary>
    internal bool IsWindowOpen(string number, string customer)
    {
        var now = time.GetUtcNow();
        lock (_lock)
        {
            return _conversations.TryGetValue((number, customer), out var found)
                ? found.IsOpen(now) : _talked + Conversation.Window > now;
        }
    }

    /// <summary>Forgets everybody.</summary>
    internal void Clear()
    {
        lock (_lock)
        {
            _customers.Clear();
            _conversations.Clear();
            _messages.Clear();
        }
    }

    private void Touch(Conversation conversation, MessageDirection direction)
    {
        if (direction is MessageDirection.In) conversation.LastInbound = time.GetUtcNow();
        else conversation.TypingUntil = null;
    }

    private Conversation Open(string number, string customer)
    {
        if (!_conversations.TryGetValue((number, customer), out var conversation))
            _conversations[(number, customer)] = conversation = new(number, customer) { LastInbound = _talked };
        return conversation;
    }

    private Customer? FindCustomer(Func<Customer, bool> isWanted)
    {
        lock (_lock) return _customers.FirstOrDefault(isWanted);
    }

    // Numbers of films: nobody has one.
    private string FreePhone()
    {
        for (var next = 15550100001; ; next++)
        {
            var phone = $"{next}";
            if (_customers.All(customer => customer.Phone != phone)) return phone;
        }
    }

    private void ThrowIfTaken(Customer customer)
    {
        var other = _customers.Find(
            known => known.Id != customer.Id && (known.Phone == customer.Phone || known.UserId == customer.UserId));
        if (other is not null) throw new LocalConflictException($"The customer {other.Id} has this number or user id already.");
        if (options.Numbers.Any(number => number.Display == customer.Phone))
            throw new LocalConflictException("This is a number of the business.");
    }
}

/// <summary>Something asked for cannot be, because of what is there already.</summary>
internal sealed class LocalConflictException(string message) : Exception(message);
