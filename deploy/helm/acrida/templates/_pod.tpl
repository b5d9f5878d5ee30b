{{/* A pod template: (dict "root" $ "component" "master"|"worker" "own" .Values.master|.Values.worker) */}}
{{- define "acrida.pod" -}}
{{- $root := .root }}
{{- $values := $root.Values }}
{{- $isMaster := eq .component "master" -}}
metadata:
  labels:
    {{- include "acrida.labels" $root | nindent 4 }}
    app.kubernetes.io/component: {{ .component }}
    {{- with .own.podLabels }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
  annotations:
    # A changed scenario starts new pods.
    checksum/scenario: {{ printf "%s%s" (include (print $root.Template.BasePath "/configmaps.yaml") $root) (include (print $root.Template.BasePath "/secret.yaml") $root) | sha256sum }}
    {{- with .own.podAnnotations }}
    {{- toYaml . | nindent 4 }}
    {{- end }}
spec:
  automountServiceAccountToken: false
  # A release named "locust" would set LOCUST_PORT=tcp://… in every pod.
  enableServiceLinks: false
  terminationGracePeriodSeconds: {{ $values.terminationGracePeriodSeconds }}
  {{- if eq $values.mode "job" }}
  restartPolicy: {{ $isMaster | ternary "Never" "OnFailure" }}
  {{- end }}
  {{- with $values.image.pullSecrets }}
  imagePullSecrets: {{- toYaml . | nindent 4 }}
  {{- end }}
  securityContext: {{- toYaml $values.podSecurityContext | nindent 4 }}
  {{- with .own.nodeSelector }}
  nodeSelector: {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .own.tolerations }}
  tolerations: {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with .own.affinity }}
  affinity: {{- toYaml . | nindent 4 }}
  {{- end }}
  {{- with $values.loadtest.pipPackages }}
  initContainers:
    - name: packages
      image: {{ include "acrida.image" $root }}
      imagePullPolicy: {{ $values.image.pullPolicy }}
      command: [pip, install, --no-cache-dir, --target, /packages]
      args: {{- toYaml . | nindent 8 }}
      securityContext: {{- toYaml $values.securityContext | nindent 8 }}
      volumeMounts:
        - {name: packages, mountPath: /packages}
        - {name: tmp, mountPath: /tmp}
  {{- end }}
  containers:
    - name: acrida
      image: {{ include "acrida.image" $root }}
      imagePullPolicy: {{ $values.image.pullPolicy }}
      args: {{- include (printf "acrida.%sArgs" .component) $root | trim | nindent 8 }}
      env:
        {{- include "acrida.environment" $root | nindent 8 }}
        {{- include (printf "acrida.%sEnvironment" .component) $root | nindent 8 }}
      {{- with $values.loadtest.environmentFrom }}
      envFrom: {{- toYaml . | nindent 8 }}
      {{- end }}
      {{- if $isMaster }}
      ports:
        - {name: master-web, containerPort: 8089}
        - {name: master-p1, containerPort: 5557}
        - {name: master-p2, containerPort: 5558}
      {{- include "acrida.probes" $root | nindent 6 }}
      {{- end }}
      resources: {{- toYaml .own.resources | nindent 8 }}
      securityContext: {{- toYaml $values.securityContext | nindent 8 }}
      volumeMounts:
        - {name: locustfile, mountPath: /mnt/locust, readOnly: true}
        {{- if include "acrida.hasLib" $root }}
        - {name: lib, mountPath: /mnt/locust/lib, readOnly: true}
        {{- end }}
        - {name: tmp, mountPath: /tmp}
        {{- if $values.loadtest.pipPackages }}
        - {name: packages, mountPath: /packages, readOnly: true}
        {{- end }}
        {{- if and $isMaster $values.master.results.enabled }}
        - {name: results, mountPath: /results}
        {{- end }}
  volumes:
    - name: locustfile
      configMap: {name: {{ include "acrida.locustfileConfigMap" $root }}}
    {{- if include "acrida.hasLib" $root }}
    - name: lib
      configMap: {name: {{ include "acrida.libConfigMap" $root }}}
    {{- end }}
    - name: tmp
      emptyDir: {}
    {{- if $values.loadtest.pipPackages }}
    - name: packages
      emptyDir: {}
    {{- end }}
    {{- if and $isMaster $values.master.results.enabled }}
    - name: results
      {{- if $values.master.results.existingClaim }}
      persistentVolumeClaim: {claimName: {{ $values.master.results.existingClaim }}}
      {{- else }}
      emptyDir: {}
      {{- end }}
    {{- end }}
{{- end }}

{{/* Of the master. A worker listens nowhere: one that hears nothing from its master ends, and is started again. */}}
{{- define "acrida.probes" -}}
{{- if include "acrida.hasPage" . -}}
startupProbe:
  tcpSocket: {port: master-web}
  periodSeconds: 2
  failureThreshold: 60
# Answered by the control thread, so a busy scenario does not look dead.
readinessProbe:
  httpGet: {path: {{ .Values.master.webBasePath }}/health, port: master-web}
  periodSeconds: 5
  timeoutSeconds: 3
livenessProbe:
  httpGet: {path: {{ .Values.master.webBasePath }}/health, port: master-web}
  periodSeconds: 15
  timeoutSeconds: 5
  failureThreshold: 4
{{- else -}}
# No page here: the port for workers says that the master is up.
startupProbe:
  tcpSocket: {port: master-p1}
  periodSeconds: 2
  failureThreshold: 60
readinessProbe:
  tcpSocket: {port: master-p1}
  periodSeconds: 15
  timeoutSeconds: 5
{{- end }}
{{- end }}
