using System.Collections;
using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.ComponentModel.DataAnnotations;
using System.Reflection;

namespace Wappa.Caching.Documents;

/// <summary>
/// Checks the validation attributes of a value and of what it holds. Attributes count on properties and on the
/// parameters of a record's primary constructor alike, because that is where people write them.
/// </summary>
/// <remarks>The plan for a type is made once; a type that nothing could validate costs one look-up.</remarks>
internal static class RecordValidation
{
    private const int MaxDepth = 64;
    private static readonly ConcurrentDictionary<Type, Plan> Plans = new();

    /// <exception cref="CacheValidationException">A rule is broken.</exception>
    internal static void ThrowIfInvalid<T>(T value)
    {
        if (typeof(T).IsSealed && !ForType<T>.NeedsValidation) return;
        var plan = PlanOf(value!.GetType());
        if (!plan.NeedsValidation) return;
        var failures = new List<ValidationResult>();
        Validate(value, failures, 0);
        if (failures.Count > 0) throw new CacheValidationException(value.GetType(), failures);
    }

    private static void Validate(object value, List<ValidationResult> failures, int depth)
    {
        if (depth > MaxDepth) return; // deeper than a record may be: the serializer refuses it next
        var plan = PlanOf(value.GetType());
        if (!plan.NeedsValidation) return;
        if (value is IEnumerable items and not string && !IsUnset(value))
        {
            foreach (var item in items)
            {
                if (item is not null) Validate(item, failures, depth + 1);
            }
        }

        foreach (var (property, rules) in plan.Members)
        {
            var member = property.GetValue(value);
            var context = new ValidationContext(value) { MemberName = property.Name };
            foreach (var rule in rules)
            {
                if (rule.GetValidationResult(member, context) is { } failure) failures.Add(failure);
            }

            if (member is not null) Validate(member, failures, depth + 1);
        }

        if (value is IValidatableObject own)
            failures.AddRange(own.Validate(new ValidationContext(value)).Where(failure => failure != ValidationResult.Success));
    }

    // An ImmutableArray that was never set cannot be walked; it is written as null.
    private static bool IsUnset(object value) =>
        value is IStructuralEquatable && value.GetType() is { IsGenericType: true } type &&
        type.GetGenericTypeDefinition() == typeof(ImmutableArray<>) && value.Equals(Activator.CreateInstance(type));

    private static Plan PlanOf(Type type) => Plans.GetOrAdd(type, static type => MakePlan(type));

    private static Plan MakePlan(Type type)
    {
        if (IsLeaf(type)) return Plan.Nothing;
        if (typeof(IEnumerable).IsAssignableFrom(type)) return new([], CanHoldRules(type, []));
        var parameters = type.GetConstructors().SelectMany(constructor => constructor.GetParameters()).ToLookup(p => p.Name);
        var members = new List<(PropertyInfo, ValidationAttribute[])>();
        foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            if (property.GetMethod is null || property.GetIndexParameters().Length > 0) continue;
            var rules = property.GetCustomAttributes<ValidationAttribute>(inherit: true)
                .Concat(parameters[property.Name].SelectMany(p => p.GetCustomAttributes<ValidationAttribute>(inherit: true)))
                .ToArray();
            if (rules.Length > 0 || CanHoldRules(property.PropertyType, [])) members.Add((property, rules));
        }

        return new([.. members], members.Count > 0 || typeof(IValidatableObject).IsAssignableFrom(type));
    }

    /// <summary>Whether a value declared as this type could carry a rule at all; types open to derivation might.</summary>
    private static bool CanHoldRules(Type type, HashSet<Type> seen)
    {
        if (IsLeaf(type) || !seen.Add(type)) return false;
        if (typeof(IValidatableObject).IsAssignableFrom(type)) return true;
        if (typeof(IEnumerable).IsAssignableFrom(type))
        {
            var element = type.IsArray ? [type.GetElementType()!] : type.GetGenericArguments();
            return element.Length == 0 || element.Any(argument => CanHoldRules(argument, seen));
        }

        if (!type.IsSealed && !type.IsValueType) return true;
        return type.GetConstructors().SelectMany(c => c.GetParameters()).Any(p => p.IsDefined(typeof(ValidationAttribute), true)) ||
            type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Any(p =>
                p.IsDefined(typeof(ValidationAttribute), true) || CanHoldRules(p.PropertyType, seen));
    }

    // An object may be anything, so what it holds is looked at; a nullable struct is the struct.
    private static bool IsLeaf(Type type) =>
        type.IsPrimitive || type.IsEnum || type == typeof(string) ||
        (type.Namespace == "System" && type != typeof(object) && Nullable.GetUnderlyingType(type) is null) ||
        type.Namespace?.StartsWith("System.Text.Json", StringComparison.Ordinal) == true || type == typeof(CacheDocument);

    private sealed record Plan((PropertyInfo Property, ValidationAttribute[] Rules)[] Members, bool NeedsValidation)
    {
        internal static readonly Plan Nothing = new([], false);
    }

    private static class ForType<T>
    {
        internal static readonly bool NeedsValidation = PlanOf(typeof(T)).NeedsValidation;
    }
}
