using System.Collections;
using System.ComponentModel.DataAnnotations;

namespace Wappa.Caching.Documents;

/// <summary>
/// Checks the validation attributes of a value and of what it holds, each object once. A value's own
/// <see cref="IValidatableObject.Validate"/> and the rules of its class run when its members keep theirs, as they do
/// everywhere else in .NET.
/// </summary>
/// <remarks>Only collections that are there already are walked: to walk a lazy sequence would run it twice, and the second
/// run may give other items.</remarks>
internal sealed class RecordValidation
{
    // The 64 levels of a record, and for each the entry of a dictionary that JSON has no level for.
    private const int MaxDepth = 128;

    private readonly HashSet<object> _seen = new(ReferenceEqualityComparer.Instance);
    private readonly List<ValidationResult> _failures = [];
    private readonly List<string> _members = [];

    private RecordValidation()
    {
    }

    /// <exception cref="CacheValidationException">A rule is broken.</exception>
    /// <exception cref="CacheSerializationException">A getter or a rule threw.</exception>
    internal static void ThrowIfInvalid<T>(T value)
    {
        if (ForType<T>.CarriesNoRules && (typeof(T).IsSealed || value!.GetType() == typeof(T))) return;
        var type = value!.GetType();
        var validation = new RecordValidation();
        try
        {
            validation.Check(value, 0);
        }
        catch (ValidationException broken)
        {
            validation._failures.Add(broken.ValidationResult);
        }
        catch (Exception error) when (error is not (OperationCanceledException or OutOfMemoryException))
        {
            throw new CacheSerializationException(
                $"The {type.Name} could not be checked: its own code threw {error.GetType().Name}. It was not stored.", error);
        }

        if (validation._failures.Count > 0) throw new CacheValidationException(type, validation._failures, validation._members);
    }

    private void Check(object value, int depth)
    {
        if (depth > MaxDepth) return; // deeper than a record may be: the serializer refuses it next
        var plan = ValidationPlan.Of(value.GetType());
        if (!plan.CarriesRules || (!value.GetType().IsValueType && !_seen.Add(value))) return;
        if (plan.HasItems && plan.Unset?.Equals(value) != true)
        {
            foreach (var item in (IEnumerable)value)
            {
                if (item is not null) Check(item, depth + 1);
            }
        }

        CheckMembers(plan, value, depth);
    }

    private void CheckMembers(ValidationPlan plan, object value, int depth)
    {
        var before = _failures.Count;
        var held = new object?[plan.Members.Length];
        for (var number = 0; number < held.Length; number++)
        {
            held[number] = plan.Members[number].Read(value);
            CheckRules(plan.Members[number], held[number], value);
        }

        if (_failures.Count == before) CheckWhole(plan, value);
        for (var number = 0; number < held.Length; number++)
        {
            if (held[number] is { } inner && plan.Members[number].IsWritten) Check(inner, depth + 1);
        }
    }

    private void CheckRules(ValidationPlan.Member member, object? held, object owner)
    {
        if (member.Rules.Length == 0) return;
        var context = new ValidationContext(owner) { MemberName = member.Name };
        foreach (var rule in member.Rules)
        {
            if (rule.GetValidationResult(held, context) is not { } failure) continue;
            _failures.Add(failure);
            _members.Add(member.Name);
        }
    }

    private void CheckWhole(ValidationPlan plan, object value)
    {
        foreach (var rule in plan.Rules) AddOwn(rule.GetValidationResult(value, new ValidationContext(value)), value);
        if (value is not IValidatableObject own) return;
        foreach (var failure in own.Validate(new ValidationContext(value))) AddOwn(failure, value);
    }

    // What names itself a member may be anything, a key of a dictionary too; only names of the type go into a message.
    private void AddOwn(ValidationResult? failure, object value)
    {
        if (failure == ValidationResult.Success) return;
        _failures.Add(failure!);
        _members.AddRange(failure!.MemberNames.Where(name => name is not null && value.GetType().GetProperty(name) is not null));
    }

    /// <summary>The answer for the declared type alone, made once; a constant to the JIT after that.</summary>
    private static class ForType<T>
    {
        internal static readonly bool CarriesNoRules = !ValidationPlan.Of(typeof(T)).CarriesRules;
    }
}
