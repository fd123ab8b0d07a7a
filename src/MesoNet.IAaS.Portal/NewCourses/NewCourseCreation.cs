using MesoNet.IAaS.Kubernetes.Objects;
using MesoNet.IAaS.Kubernetes.Requests;
using MesoNet.IAaS.Portal.Texts;
using MesoNet.IAaS.Resources.Courses;

namespace MesoNet.IAaS.Portal.NewCourses;

/// <summary>
/// Creates a course in a namespace of its own. The same form may be sent again, after a fault half-way or by a second click: what it made before is
/// taken for done. A namespace that is there from anybody else is never taken: homes of other people may lie in it.
/// </summary>
internal static class NewCourseCreation
{
    /// <summary>Creates a course that is right.</summary>
    /// <param name="client">The cluster.</param>
    /// <param name="course">The course.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>Why it was not created; null where it was.</returns>
    public static async Task<FieldProblem?> CreateAsync(KubernetesClient client, NewCourse course, CancellationToken cancellationToken)
    {
        try
        {
            if (!await CreateOrFindAsync(client, course.Namespace, cancellationToken)) return Taken(course);
            return await CreateOrFindAsync(client, course.Environment, cancellationToken) ? null : Taken(course);
        }
        catch (KubernetesApiException exception) when (exception.StatusCode == System.Net.HttpStatusCode.UnprocessableEntity)
        {
            return new(NewCourseField.Course, null, new(
                $"Le cluster refuse le cours. Il en dit, en anglais\u00a0: «\u00a0{exception.Message}\u00a0».", $"The cluster refuses the course. It says: “{exception.Message}”."));
        }
        catch (KubernetesApiException exception) when (exception.StatusCode == System.Net.HttpStatusCode.Forbidden)
        {
            return new(NewCourseField.Course, null, new(
                $"Le cluster ne permet pas au portail de créer ce cours. Dites à l’administrateur, en anglais\u00a0: «\u00a0{exception.Message}\u00a0».",
                $"The cluster does not let the portal create this course. Tell the administrator: {exception.Message}"));
        }
        catch (Exception exception) when (exception is KubernetesApiException or HttpRequestException or TimeoutException)
        {
            return new(NewCourseField.Course, null, new(
                "Le cluster ne répond pas pour le moment. Rien n’est perdu\u00a0: attendez un instant, puis cliquez à nouveau sur «\u00a0Créer\u00a0».",
                "The cluster does not answer at the moment. Nothing is lost: wait a little, then click on “Create” again."));
        }
    }

    /// <summary>Whether the object is there as this form's, made now or before.</summary>
    private static async Task<bool> CreateOrFindAsync<T>(KubernetesClient client, T item, CancellationToken cancellationToken) where T : KubernetesObject
    {
        try
        {
            await client.CreateAsync(item, cancellationToken);
            return true;
        }
        catch (KubernetesApiException exception) when (exception.IsAlreadyExists)
        {
            var there = await client.FindAsync<T>(item.Key, cancellationToken);
            return there is { Metadata.DeletionTimestamp: null }
                && there.Metadata.Annotation(NewCourse.AttemptAnnotation) is { Length: > 0 } attempt && attempt == item.Metadata.Annotation(NewCourse.AttemptAnnotation);
        }
    }

    private static FieldProblem Taken(NewCourse course) => new(NewCourseField.Title, null, new(
        $"Il y a déjà un espace «\u00a0{course.Environment.Metadata.Namespace}\u00a0» sur le cluster, peut-être d’un cours supprimé dont les travaux sont gardés. Ajoutez au nom l’année ou le groupe.",
        $"There is a namespace “{course.Environment.Metadata.Namespace}” in the cluster already, perhaps of a course that was deleted and whose work is kept. Add the year or the group to the name."));
}
